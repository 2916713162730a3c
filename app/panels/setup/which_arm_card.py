"""Which arm is this? The one that is moved by hand, or whose cable is pulled out and put back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.arm_text import at_start, port_label, slot_in_sentence, slot_label
from app.panels.setup.arm_look import Movement
from app.panels.setup.candidates import watchable_ports
from app.panels.setup.state import SetupState
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.button import NORMAL, Button
from app.widgets.card import Card
from app.widgets.layouts import clear, column, place_in_tab_order, row
from app.widgets.movement_strip import MovementStrip
from app.widgets.segmented import Option, Segmented
from app.widgets.select import Select
from app.widgets.text import Separator, StatusText, Text

_FULL_DEG = 4.0  # a bar as high as it can be: turned so far within a tenth of a second
_SHORT = 20  # letters of a port's name that the button has room for
_FEW = 2  # slots that stand side by side
_BARS_PX = (34, 34, 26, 16, 6)  # height of the bars by number of ports: the card stays as it is


class WhichArmCard(Card):
    """Says what moves; which arm a port is, the operator decides."""

    watch_requested = Signal()
    stop_requested = Signal()
    slot_chosen = Signal(str)
    use_requested = Signal(str, str)  # slot, address

    def __init__(self) -> None:
        super().__init__()
        self.set_title(self.tr("Which arm is this?"))
        self._state = SetupState()
        self._slots: tuple[str, ...] = ()
        self._strips: dict[str, MovementStrip] = {}
        self._lead = Text("", Role.BODY, wraps=True)
        self._lead.setProperty("quiet", True)
        self._strip_rows = column(spacing=3)
        self.watch = Button("", icon="hand-front-right-outline", name="setup.watch_movement")
        self.watch.clicked.connect(self._on_watch)
        self._slot_line = row(spacing=8)
        self._segments: Segmented | None = None
        self._select: Select | None = None
        self.use = Button("", icon="check", size=NORMAL, name="setup.use")
        self.use.clicked.connect(self._on_use)
        self._why_not = Text("", Role.HINT, wraps=True)
        read_only = StatusText(self.tr("Read only, torque stays off"), Tone.NEUTRAL, "lock-outline")
        self.body.addWidget(self._lead)
        self.body.addLayout(self._strip_rows)
        self.body.addWidget(self.watch)
        self.body.addStretch(1)
        self.body.addWidget(Separator())
        self.body.addLayout(self._slot_line)
        self.body.addWidget(self.use)
        self.body.addWidget(self._why_not)
        self.body.addWidget(read_only)

    @property
    def strips(self) -> list[MovementStrip]:
        """One for each port that is watched."""
        return list(self._strips.values())

    def show_state(self, state: SetupState) -> None:
        self._state = state
        self._show_movement(state.movement)
        can_watch = state.movement.is_watched or bool(watchable_ports(state))
        self.watch.set_available(can_watch, self.tr("No arm is plugged in."))
        self._show_slots(state)

    def _show_movement(self, movement: Movement) -> None:
        if movement.is_watched and movement.seen is None:
            self._lead.setText(self.tr("Asking who is there …"))
        elif movement.is_watched and len(movement.ports) > _FEW:
            self._lead.setText(self.tr("Move one arm by hand."))
        elif movement.is_watched:
            self._lead.setText(
                self.tr("Move one arm by hand, or pull out its USB plug and put it back.")
            )
        else:
            self._lead.setText(self.tr("Move an arm by hand, and see on which port it moves."))
        label = self.tr("Stop watching") if movement.is_watched else self.tr("Watch for movement")
        self.watch.show_action(
            label, "close" if movement.is_watched else "hand-front-right-outline"
        )
        ports = movement.ports if movement.is_watched or movement.seen is not None else ()
        if tuple(self._strips) != ports:
            self._build_strips(ports)
        for port, strip in self._strips.items():
            history = [degrees / _FULL_DEG for degrees in movement.history.get(port, ())]
            word, tone = self._word(movement, port)
            strip.show_movement(history, word, tone)

    def _build_strips(self, ports: tuple[str, ...]) -> None:
        clear(self._strip_rows)
        height = _BARS_PX[min(len(ports), len(_BARS_PX) - 1)]
        self._strips = {
            port: MovementStrip(at_start(port_label(port)), bars_px=height) for port in ports
        }
        for strip in self._strips.values():
            self._strip_rows.addWidget(strip)

    def _word(self, movement: Movement, port: str) -> tuple[str, Tone]:
        seen = movement.seen
        if port == movement.replugged:
            return self.tr("plugged in again"), Tone.OK
        if seen is None:
            return self.tr("asking"), Tone.NEUTRAL
        if port in seen.lost:
            return self.tr("pulled out"), Tone.BAD
        if port in seen.stiff:
            return self.tr("has torque: not believed"), Tone.BAD
        if movement.is_moving(port):
            return self.tr("moving now"), Tone.ACCENT
        if port == seen.moved:
            return self.tr("moved"), Tone.OK
        if port not in seen.degrees_in_all:
            return self.tr("no servo answers"), Tone.NEUTRAL
        return self.tr("still"), Tone.NEUTRAL

    def _show_slots(self, state: SetupState) -> None:
        slots, port = state.draft.slots, state.doubtful_port
        if slots != self._slots:
            self._slots = slots
            self._build_choice(slots)
        for choice in (self._segments, self._select):
            if choice is not None:
                choice.setEnabled(bool(port))
        if self._segments is not None:
            self._segments.choose(state.offered_slot)
        if self._select is not None and state.offered_slot:
            self._select.setCurrentIndex(self._select.findData(state.offered_slot))
        is_so = bool(port) and state.slot_of(port) == state.offered_slot
        self.use.setVisible(bool(slots))
        name, slot = port_label(port), slot_in_sentence(state.offered_slot)
        words = self.tr("Use {0}").format(name) if len(name) <= _SHORT else self.tr("Use this port")
        # The button says it by itself: another line below it would make the panel scroll.
        self.use.show_action(self.tr("Is the {0}").format(slot) if is_so else words, "check")
        reason = "" if port else self.tr("No port is chosen.")
        said = self.tr("{0} is the {1} already.").format(at_start(name), slot) if is_so else reason
        self.use.set_available(bool(port) and not is_so, said)
        why = reason if slots else self.tr("Choose the kind of rig first.")
        self._why_not.setText(why)
        self._why_not.setVisible(bool(why))

    def _build_choice(self, slots: tuple[str, ...]) -> None:
        for old in (self._segments, self._select):
            if old is not None:
                _forget_names(old)  # it goes with the next turn of the event loop
        clear(self._slot_line)
        self._segments = self._select = None
        if not slots:
            return
        self._slot_line.addWidget(Text(self.tr("This one is"), Role.SMALL))
        choice: QWidget
        if len(slots) <= _FEW:
            options = [Option(slot, slot_label(slot)) for slot in slots]
            label = self.tr("This one is")
            choice = self._segments = Segmented(options, name="setup.slot", label=label)
            self._segments.chosen.connect(self.slot_chosen)
        else:
            choice = self._select = select = Select(
                name="setup.slot", label=self.tr("This one is"), bold=True
            )
            for slot in slots:
                select.addItem(slot_label(slot), slot)
            select.activated.connect(lambda place: self.slot_chosen.emit(select.itemData(place)))
        self._slot_line.addWidget(choice, 1)
        place_in_tab_order(self.use, choice.findChildren(Button) or [choice])

    def _on_watch(self) -> None:
        wish = self.stop_requested if self._state.movement.is_watched else self.watch_requested
        wish.emit()

    def _on_use(self) -> None:
        self.use_requested.emit(self._state.offered_slot, self._state.doubtful_port)


def _forget_names(widget: QWidget) -> None:
    for part in (widget, *widget.findChildren(QWidget)):
        part.setObjectName("")
