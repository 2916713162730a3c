from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.theme.tokens import DARK
from app.widgets.chain_drawing import ChainDrawing
from app.widgets.chain_node import ChainNode, NodeState

BROKEN = [
    ChainNode("usb", "USB", "adapter", ("CH343", "5.0 V")),
    ChainNode("1", "1", "Shoulder pan", ("STS3215", "7.3 V · 33 °C")),
    ChainNode("2", "2", "Shoulder lift", ("STS3215", "7.3 V · 36 °C")),
    ChainNode("3", "3", "Elbow flex", ("STS3215", "7.2 V · 35 °C")),
    ChainNode("4", "4", "Wrist flex", (), NodeState.BAD, "no answer"),
    ChainNode("5", "5", "Wrist roll", (), NodeState.UNREACHED, "not reached"),
    ChainNode("6", "6", "Gripper", (), NodeState.UNREACHED, "not reached"),
]


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


@pytest.fixture
def chain(qtbot: QtBot) -> ChainDrawing:
    chain = ChainDrawing()
    qtbot.addWidget(chain)
    chain.resize(766, 120)
    chain.show_nodes(BROKEN)
    chain.show()
    return chain


def colours(image: QImage, rect: QRectF) -> set[str]:
    area = rect.toAlignedRect().intersected(image.rect())
    return {
        image.pixelColor(x, y).name()
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    }


def between(chain: ChainDrawing, before: str, after: str) -> QRectF:
    left, right = chain.place_of(before), chain.place_of(after)
    middle = left.center().y()
    return QRectF(left.right() + 2, middle - 4, right.left() - left.right() - 4, 8)


def test_seven_nodes_stand_in_one_row_as_wide_as_the_card(chain: ChainDrawing) -> None:
    places = [chain.place_of(node.key) for node in BROKEN]
    assert {place.top() for place in places} == {0}
    assert places[-1].right() == pytest.approx(766, abs=3)


def test_links_tell_where_the_chain_is_broken(chain: ChainDrawing) -> None:
    image = chain.grab().toImage()
    whole = colours(image, between(chain, "2", "3"))
    broken = colours(image, between(chain, "3", "4"))
    beyond = colours(image, between(chain, "5", "6"))
    assert DARK.ok.lower() in whole
    assert DARK.bad.lower() not in whole
    assert DARK.bad.lower() in broken
    assert DARK.ok.lower() not in broken | beyond
    assert DARK.bad.lower() not in beyond
    middle = chain.place_of("3").center().y()
    inked = [
        image.pixelColor(x, round(middle)).red() > 120
        for x in range(round(chain.place_of("3").right()) + 2, round(chain.place_of("4").left()))
    ]
    assert any(inked)
    assert not all(inked), "dotted"


def test_only_the_broken_node_is_tinted(chain: ChainDrawing) -> None:
    image = chain.grab().toImage()
    assert DARK.bad_tint.lower() in colours(image, chain.place_of("4"))
    assert DARK.bad_tint.lower() not in colours(image, chain.place_of("3"))
    assert DARK.raised.lower() in colours(image, chain.place_of("3"))
    assert DARK.raised.lower() not in colours(image, chain.place_of("6").adjusted(4, 4, -4, -4))


def test_a_click_chooses_the_node_under_it(chain: ChainDrawing, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chain.chosen) as chosen:
        place = chain.place_of("4").center().toPoint()
        qtbot.mouseClick(chain, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == ["4"]
    with qtbot.assertNotEmitted(chain.chosen):
        gap = between(chain, "1", "2").center().toPoint()
        qtbot.mouseClick(chain, Qt.MouseButton.LeftButton, pos=gap)


def test_keys_move_and_choose_and_say_where_one_is(chain: ChainDrawing, qtbot: QtBot) -> None:
    chosen: list[str] = []
    chain.chosen.connect(chosen.append)
    qtbot.keyClick(chain, Qt.Key.Key_Right)
    qtbot.keyClick(chain, Qt.Key.Key_Return)
    assert chain.accessibleDescription() == "1, Shoulder pan, STS3215, 7.3 V · 33 °C"
    qtbot.keyClick(chain, Qt.Key.Key_End)
    qtbot.keyClick(chain, Qt.Key.Key_Right)
    qtbot.keyClick(chain, Qt.Key.Key_Space)
    qtbot.keyClick(chain, Qt.Key.Key_Home)
    qtbot.keyClick(chain, Qt.Key.Key_Enter)
    assert chosen == ["1", "6", "usb"]


def test_the_selected_node_is_ringed_in_accent(chain: ChainDrawing) -> None:
    before = colours(chain.grab().toImage(), chain.place_of("2"))
    chain.select("2")
    assert DARK.accent.lower() not in before
    assert DARK.accent.lower() in colours(chain.grab().toImage(), chain.place_of("2"))


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
def test_sixteen_nodes_wrap_and_keep_the_height_they_need(qtbot: QtBot, scale: float) -> None:
    theme().set_scale(scale)
    window = QWidget()
    qtbot.addWidget(window)
    chain = ChainDrawing()
    layout = QVBoxLayout(window)
    layout.addWidget(chain)
    nodes = [ChainNode(str(n), str(n), "Left shoulder lift", ("STS3215",)) for n in range(16)]
    chain.show_nodes(nodes)
    window.resize(700, 100)
    window.show()
    places = [chain.place_of(node.key) for node in nodes]
    assert len({place.top() for place in places}) > 1
    assert max(place.right() for place in places) <= chain.width() + 1
    assert max(place.bottom() for place in places) <= chain.height() + 1
    for one in places:
        assert sum(one.intersects(other) for other in places) == 1


def test_down_goes_to_the_row_below(qtbot: QtBot) -> None:
    chain = ChainDrawing()
    qtbot.addWidget(chain)
    chain.show_nodes([ChainNode(str(n), str(n), "Joint") for n in range(8)])
    chain.resize(480, 300)
    chain.show()
    with qtbot.waitSignal(chain.chosen) as chosen:
        qtbot.keyClick(chain, Qt.Key.Key_Down)
        qtbot.keyClick(chain, Qt.Key.Key_Return)
    above, below = chain.place_of("0"), chain.place_of(chosen.args[0])
    assert below.left() == above.left()
    assert below.top() > above.bottom()


def test_readings_that_change_leave_the_nodes_where_they_are(chain: ChainDrawing) -> None:
    before = [chain.place_of(node.key) for node in BROKEN]
    chain.show_nodes(
        [
            *BROKEN[:1],
            ChainNode("1", "1", "Shoulder pan", ("STS3215", "7.1 V · 34 °C")),
            *BROKEN[2:],
        ]
    )
    assert [chain.place_of(node.key) for node in BROKEN] == before


def test_no_text_of_a_node_is_cut(chain: ChainDrawing) -> None:
    theme().set_scale(1.5)
    chain.resize(1200, 200)
    wide = chain.place_of("1")
    image = chain.grab().toImage()
    hem = QRectF(wide.left() + 2, wide.top() + 40, 3, wide.height() - 60)
    assert colours(image, hem) == {QColor(DARK.raised).name()}, "texts keep off the border"
    assert wide.contains(QPointF(wide.center()))
