"""Hypothesis profiles: "fixed" (the default, what CI runs) and "explore" (new examples every time).

    pytest --hypothesis-profile=explore
"""

from hypothesis import HealthCheck, settings

# Why no deadline and no too_slow: the time of one example depends on the machine and on its load.
settings.register_profile(
    "fixed",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("fixed"), derandomize=False)
settings.load_profile("fixed")
