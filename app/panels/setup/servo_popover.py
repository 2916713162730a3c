"""One servo: where it sits on the arm, what it says of itself, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.panels.setup.chain_words import servo_lines
from app.problem_text import joint_label
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.arm_drawing import ArmDrawing
from app.widgets.arm_shapes import arm_shape_for
from app.widgets.button import IN_CARD, Button
from app.widgets.layouts import row
from app.widgets.popover import Popover
from app.widgets.text import Text
from lerobot_core.motors.calibration_library import family_of
from lerobot_core.workers.protocol import ServoSeen

_WIDTH, _DRAWING_HEIGHT = 300, 220


class ServoPopover(Popover):
    """Its buttons are “setup.servo.registers” and “setup.servo.close”."""

    registers_requested = Signal(object)  # ServoSeen

    def __init__(self, owner: QWidget, kind: str, servo: ServoSeen) -> None:
        super().__init__(owner)
        self.setObjectName("setup.servo")
        self.setFixedWidth(theme().px(_WIDTH))
        title = self.tr("Servo {0}").format(servo.servo_id)
        if servo.joint:
            title = self.tr("Servo {0}: {1}").format(servo.servo_id, joint_label(servo.joint))
        self.setAccessibleName(title)
        self.body.addWidget(Text(title, Role.HEADING))
        if servo.joint:
            self.drawing = ArmDrawing()
            self.drawing.show_shape(arm_shape_for(family_of(kind)))
            self.drawing.highlight(servo.joint)
            self.drawing.setFixedHeight(theme().px(_DRAWING_HEIGHT))
            self.body.addWidget(self.drawing)
        if servo.answers:
            self.body.addLayout(_lines(servo))
        else:
            self.body.addWidget(
                Text(self.tr("It does not answer. Look at both of its plugs."), wraps=True)
            )
        buttons = row(spacing=8)
        self.registers = Button(
            self.tr("Registers"), icon="table", size=IN_CARD, name="setup.servo.registers"
        )
        self.registers.clicked.connect(lambda: self._ask_for_registers(servo))
        self.registers.setVisible(servo.answers)
        close = Button(self.tr("Close"), size=IN_CARD, name="setup.servo.close")
        close.clicked.connect(self.close_popover)
        buttons.addStretch(1)
        buttons.addWidget(self.registers)
        buttons.addWidget(close)
        self.body.addLayout(buttons)

    def _ask_for_registers(self, servo: ServoSeen) -> None:
        self.close_popover()
        self.registers_requested.emit(servo)


def _lines(servo: ServoSeen) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    for place, (label, value) in enumerate(servo_lines(servo)):
        grid.addWidget(Text(label, Role.SMALL), place, 0)
        grid.addWidget(Text(value, Role.BODY, right=True), place, 1)
    return grid
