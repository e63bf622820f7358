"""Networks: tensors and equations, values, the text form, the graph, scalars."""

# A network prints itself, shows its graph and predicts through these; the package is enough.
from symback.network import graph as graph
from symback.network import prediction as prediction
from symback.network import text_writer as text_writer
