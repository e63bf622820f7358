"""Networks: tensors and equations, values, the text form, the graph, scalars."""

# A network prints itself and shows its graph through these modules; the package is enough.
from symback.network import graph as graph
from symback.network import text_writer as text_writer
