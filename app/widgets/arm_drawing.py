"""A drawn arm that stands as the real one does, with the joint in question in accent."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import pi, radians

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QRadialGradient,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy

from app.theme.theme import theme
from app.theme.tokens import DARK
from app.theme.type_scale import CONTROL_RADIUS, Role
from app.widgets.arm_mesh import Points
from app.widgets.arm_scene import ArmScene, Face, View
from app.widgets.arm_shapes import ArmShape, schematic_arm
from app.widgets.painting import (
    LEFT,
    draw_box,
    draw_focus_ring,
    draw_text,
    follow_theme,
    smooth_painter,
)
from app.widgets.repaint import CalmRepaint
from app.widgets.ringed import RingedWidget

_REPAINT_MS = 50
_VIEW_RAD = radians(-62), radians(17)
_PAIR_VIEW_RAD = radians(-168), radians(30)  # from behind, as one stands: left is left
_LOWEST_RAD, _HIGHEST_RAD = radians(2), radians(85)
_KEY_STEP_RAD, _TURN_STEP_RAD = radians(15), radians(45)
_DRAG_RAD_PER_PX = radians(0.6)
_MARGIN = 16
_SEAM_PX = 0.8
_GROWTH_M = 0.03  # the picture zooms out in steps, not with every movement
_FLOOR_RADIUS_M = 0.20
_GHOST_OPACITY = 0.42

# The well is dark in both themes, so the arm on it has the same colours in both.
_COLOURS = {"print": "#DEDCD5", "servo": "#565B65", "pad": "#7B818C"}
_ACCENT_COLOURS = {"print": DARK.accent, "servo": "#2F5FA8", "pad": "#3C74C8"}
_GHOST_COLOURS = {"print": "#C9D6EA", "servo": "#7A8698", "pad": "#8E9AAD"}
_FLOOR = "#3A404B"
_STEPS_RAD = {
    Qt.Key.Key_Left: (-_KEY_STEP_RAD, 0.0),
    Qt.Key.Key_Right: (_KEY_STEP_RAD, 0.0),
    Qt.Key.Key_Up: (0.0, _KEY_STEP_RAD),
    Qt.Key.Key_Down: (0.0, -_KEY_STEP_RAD),
}


class ArmDrawing(RingedWidget):
    """Drawn from plain solids. Drag it or press the arrow keys to turn the view, Home to reset."""

    def __init__(self) -> None:
        super().__init__(frozenset({*_STEPS_RAD, Qt.Key.Key_Home}))
        self._angles: dict[str, float] = {}
        self._ghost: dict[str, float] | None = None
        self._joint: str | None = None
        self._azimuth, self._elevation = _VIEW_RAD
        self._drag_from: QPointF | None = None
        self._layer: QImage | None = None
        self._layer_shows: tuple[object, ...] = ()
        self._scene = ArmScene(schematic_arm())
        self._floor_m = _FLOOR_RADIUS_M
        self._look()
        self._repaint = CalmRepaint(self, _REPAINT_MS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(self.tr("Drawing of the arm"))
        self.setAccessibleDescription(self.tr("Arrow keys turn the view."))
        follow_theme(self)

    def show_shape(self, shape: ArmShape) -> None:
        """Draw another arm, all joints at 0."""
        self._scene = ArmScene(shape)
        self._angles, self._ghost = {}, None
        self.reset_view()

    def show_angles(self, angles_rad: Mapping[str, float]) -> None:
        """Take a pose by joint name; a joint that is missing is at 0. Painted within 50 ms."""
        self._angles = dict(angles_rad)
        self._repaint.plan()

    def ghost(self, angles_rad: Mapping[str, float] | None) -> None:
        """Draw a second, translucent pose: before and after, leader and follower."""
        self._ghost = None if angles_rad is None else dict(angles_rad)
        self._repaint.plan()

    def highlight(self, joint: str | None) -> None:
        """Paint what a joint moves in accent."""
        if joint != self._joint:
            self._joint = joint
            said = self.tr("Drawing of the arm")
            words = "" if joint is None else joint.replace("_", " ")
            self.setAccessibleName(f"{said}, {words}" if words else said)
            self.update()

    def turn_view(self) -> None:
        """Look from an eighth of a turn farther round."""
        self._turn(_TURN_STEP_RAD, 0.0)

    def reset_view(self) -> None:
        is_pair = sum(link.parent is None for link in self._scene.shape.links) > 1
        self._azimuth, self._elevation = _PAIR_VIEW_RAD if is_pair else _VIEW_RAD
        self._floor_m = _FLOOR_RADIUS_M * (1.7 if is_pair else 1)
        self._look()

    @property
    def view_rad(self) -> tuple[float, float]:
        """From where one looks: azimuth and elevation."""
        return self._azimuth, self._elevation

    def sizeHint(self) -> QSize:
        return QSize(304, theme().px(318))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def _turn(self, sideways_rad: float, up_rad: float) -> None:
        self._azimuth = (self._azimuth + sideways_rad + pi) % (2 * pi) - pi
        self._elevation = min(max(self._elevation + up_rad, _LOWEST_RAD), _HIGHEST_RAD)
        self._look()

    def _look(self) -> None:
        """Frame the picture for a new arm or from a new side."""
        self._view = self._scene.view(self._azimuth, self._elevation)
        self._least, self._most = _span(self._view, self._scene.corners(self._angles))
        self.update()

    def _keep_in_picture(self) -> None:
        """Zoom out where a pose leaves the picture; never in by itself, so that it stands still."""
        for angles in (self._angles, self._ghost):
            if angles is not None:
                least, most = _span(self._view, self._scene.corners(angles))
                self._least, self._most = _grown(self._least, self._most, least, most)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._keep_in_picture()
        place = _Placement(QRectF(self.rect()), self._least, self._most)
        with smooth_painter(self) as painter:
            draw_box(painter, QRectF(self.rect()), CONTROL_RADIUS, theme().tokens.well)
            self._paint_floor(painter, place)
            if self._ghost is not None:
                painter.setOpacity(_GHOST_OPACITY)
                painter.drawImage(QPointF(0, 0), self._ghost_layer(self._ghost, place))
                painter.setOpacity(1.0)
            faces = self._scene.faces(self._angles, self._view)
            _paint_faces(painter, faces, place, self._colour)
            if self._scene.shape.is_schematic:
                self._write_schematic(painter)
            if self.has_keyboard_focus:
                draw_focus_ring(painter, QRectF(self.rect()), CONTROL_RADIUS)

    def _colour(self, face: Face) -> str:
        is_meant = self._joint is not None and face.joint == self._joint
        return (_ACCENT_COLOURS if is_meant else _COLOURS)[face.material]

    def _paint_floor(self, painter: QPainter, place: "_Placement") -> None:
        turns = np.linspace(0, 2 * pi, 24, endpoint=False)
        x, y, _ = self._view.target
        rim = np.stack((np.cos(turns), np.sin(turns), 0 * turns), axis=1) * self._floor_m
        points = self._view.project(rim + np.array((x, y, 0)))
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        light, dark = QColor(_FLOOR), QColor(_FLOOR)
        light.setAlphaF(0.75)
        dark.setAlphaF(0.0)
        glow = QRadialGradient(QPointF(0, 0), 1)
        glow.setColorAt(0, light)
        glow.setColorAt(1, dark)
        painter.save()
        painter.setTransform(place.transform, combine=True)
        painter.translate((left + right) / 2, (top + bottom) / 2)
        painter.scale((right - left) / 2, (bottom - top) / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(glow))
        painter.drawEllipse(QPointF(0, 0), 1, 1)
        painter.restore()

    def _ghost_layer(self, angles: dict[str, float], place: "_Placement") -> QImage:
        """The ghost as one picture, so that its faces do not shine through each other.

        Kept while it stands still, as the pose of before does.
        """
        ratio = self.devicePixelRatioF()
        drawn = (angles, self._view, place.transform, self.size(), ratio, self._scene)
        if self._layer is None or drawn != self._layer_shows:
            layer = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
            layer.setDevicePixelRatio(ratio)
            layer.fill(Qt.GlobalColor.transparent)
            with QPainter(layer) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                faces = self._scene.faces(angles, self._view)
                _paint_faces(painter, faces, place, lambda face: _GHOST_COLOURS[face.material])
            self._layer, self._layer_shows = layer, drawn
        return self._layer

    def _write_schematic(self, painter: QPainter) -> None:
        height = theme().px(20)
        rect = QRectF(10, self.height() - height - 6, self.width() - 20, height)
        draw_text(painter, rect, self.tr("schematic"), theme().font(Role.SMALL), DARK.text3, LEFT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is not None:
            moved = event.position() - self._drag_from
            self._drag_from = event.position()
            self._turn(-moved.x() * _DRAG_RAD_PER_PX, moved.y() * _DRAG_RAD_PER_PX)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.ring_from_now_on()
        if (step := _STEPS_RAD.get(Qt.Key(event.key()))) is not None:
            self._turn(*step)
        elif event.key() == Qt.Key.Key_Home:
            self.reset_view()
        else:
            super().keyPressEvent(event)


class _Placement:
    """Fits a part of the picture's plane into a rectangle."""

    def __init__(self, rect: QRectF, least: Points, most: Points) -> None:
        width, height = most - least
        scale = min(
            max(rect.width() - 2 * _MARGIN, 1) / width, max(rect.height() - 2 * _MARGIN, 1) / height
        )
        x, y = (least + most) / 2
        self.transform = QTransform.fromTranslate(rect.center().x(), rect.center().y())
        self.transform.scale(scale, scale)
        self.transform.translate(-x, -y)


def _paint_faces(
    painter: QPainter, faces: list[Face], place: _Placement, colours: Callable[[Face], str]
) -> None:
    painter.save()
    painter.setTransform(place.transform, combine=True)
    for face in faces:
        line, fill = _pen_and_brush(colours(face), round(face.shade, 2))
        painter.setPen(line)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in face.points]))
    painter.restore()


@lru_cache(maxsize=512)
def _pen_and_brush(colour: str, shade: float) -> tuple[QPen, QBrush]:
    full = QColor(colour)
    shaded = QColor.fromRgbF(full.redF() * shade, full.greenF() * shade, full.blueF() * shade)
    # A line of the same colour: without it the ground shines through between faces.
    line = QPen(shaded, _SEAM_PX)
    line.setCosmetic(True)
    return line, QBrush(shaded)


def _span(view: View, corners: Points) -> tuple[Points, Points]:
    """The least and the most, each (2,), of what is seen of some points."""
    seen = view.project(corners)
    return seen.min(axis=0), seen.max(axis=0)


def _grown(least: Points, most: Points, inner: Points, outer: Points) -> tuple[Points, Points]:
    """A span that holds another as well; it grows in steps, so that it rarely does."""
    lower = np.floor(inner / _GROWTH_M) * _GROWTH_M
    upper = np.ceil(outer / _GROWTH_M) * _GROWTH_M
    return np.where(inner < least, lower, least), np.where(outer > most, upper, most)
