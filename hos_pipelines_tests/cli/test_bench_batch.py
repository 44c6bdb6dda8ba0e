"""A profile becomes a tree of calls and a picture: ours below whoever called it, libraries where the time goes."""

from cProfile import Profile
from pathlib import Path
from pstats import Stats

from benchmarks.call_tree import call_tree
from benchmarks.call_tree_picture import draw_call_trees
from hos_pipelines.domain.profiles import partition_changes


def busy() -> None:
    for number in range(300):
        partition_changes([str(one) for one in range(number)], [str(one) for one in range(300)])


def profiled(*, is_under_way: bool) -> Stats:
    profile = Profile()
    if is_under_way:
        profile.enable()
        busy()
        profile.disable()
    else:
        profile.runcall(busy)
    return Stats(profile)


def test_ours_lie_below_what_called_them_and_all_is_told(tmp_path: Path) -> None:
    for stats in (profiled(is_under_way=False), profiled(is_under_way=True)):
        tree = call_tree(stats)
        [ours] = [call for call in tree.below if call.is_ours]
        assert ours.name == "profiles.partition_changes"
        assert sum(call.seconds for call in tree.below) > 0.9 * tree.seconds
        assert sum(call.seconds for call in ours.below) <= ours.seconds
    draw_call_trees({"plans & writes": tree}, "A <batch>", tmp_path / "picture.svg")
    text = (tmp_path / "picture.svg").read_text()
    assert "profiles.partition_changes" in text
    assert "A &lt;batch&gt;" in text
    assert "plans &amp; writes" in text
