"""Random networks: derived gradients equal central differences, and every recorded step holds."""

from hypothesis import given, reject, settings

from symback.derivation.derive import derive
from symback.errors import CheckError
from symback.network.network import Network
from symback.verification.referee import verify
from tests.strategies import networks, scalar_networks


def check(network: Network) -> None:
    try:
        report = verify(derive(network))
    except CheckError:
        # relu(-relu(x)) and its like are at a kink whatever the values: nothing can be compared.
        reject()
    assert report.passed, f"{report}\n\n" + "\n".join(map(str, network.equations))


@settings(max_examples=120)
@given(networks())
def test_random_networks_of_tensors(network):
    check(network)


@settings(max_examples=120)
@given(scalar_networks())
def test_random_networks_of_scalars(network):
    check(network)
