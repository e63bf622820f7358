"""form="scalar": what it cannot do is said."""

import pytest

from symback.derivation.derive import derive
from symback.errors import DefinitionError
from symback.explanation.teacher import explanation
from symback.network.text_reader import parse


@pytest.mark.parametrize("at", [None, {"x": [1, 2], "y_bar": [1, 1]}])
def test_the_derivative_of_a_whole_tensor_is_refused_with_what_helps(at):
    layer = derive(parse("index i:2\nparameter x[i]\ny[i] = sigmoid(x[i])"), of="y")
    with pytest.raises(DefinitionError) as caught:
        explanation(layer, form="scalar", at=at)
    assert "y[i] is differentiated" in caught.value.found
    assert "of='y_0'" in caught.value.helps
