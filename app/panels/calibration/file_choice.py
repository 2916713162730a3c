"""A file dialog that stands beside the window and never keeps it from STOP."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

_JSON = "JSON (*.json)"


def choose_file(parent: QWidget, title: str, edit: QLineEdit, *, start: str, saves: bool) -> None:
    """Open a dialog that writes the path that is chosen into ``edit``, where it can be changed."""
    dialog = QFileDialog(parent.window(), title, start, _JSON)
    dialog.setObjectName("library.dialog")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if saves:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(edit.setText)
    dialog.finished.connect(lambda _: edit.setFocus())
    dialog.setModal(False)
    dialog.show()
