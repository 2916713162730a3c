"""The guided tour: the real window, driven through its own buttons."""
