import logging

import pytest

from lerobot_core.logs import log_folder, start_logging


def test_a_process_logs_to_a_file_of_its_kind(root_logger: logging.Logger) -> None:
    path = start_logging("session")
    assert path == log_folder() / "session.log"
    logging.getLogger("lerobot_core.control").info("engaged")
    logging.getLogger("lerobot_core.control").debug("tick")
    text = path.read_text(encoding="utf-8")
    assert "INFO" in text
    assert "lerobot_core.control: engaged" in text
    assert "tick" not in text


@pytest.mark.expects_log("packet lost")
def test_only_what_matters_reaches_standard_error(
    root_logger: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    start_logging("session")
    logging.getLogger("lerobot_core").info("all is well")
    logging.getLogger("lerobot_core").warning("packet lost")
    printed = capfd.readouterr().err
    assert "packet lost" in printed
    assert "all is well" not in printed


def test_starting_again_does_not_write_twice(root_logger: logging.Logger) -> None:
    start_logging("session")
    for handler in root_logger.handlers:
        handler.close()
    path = start_logging("session")
    logging.getLogger("lerobot_core").info("once")
    assert path.read_text(encoding="utf-8").count("once") == 1
