from benchmarks.kinematics import report


def test_what_it_prints():
    told = report(60)
    for way in ("forward_ms", "inverse_ms", "step_ms", "step_at_the_edge_ms"):
        assert 0 < told[way]["median"] <= told[way]["p99"] <= told[way]["max"]
    assert isinstance(told["goal_reached"], bool)
