"""The method that is used where the user names none; the one place outside its file that names a method."""

DEFAULT_METHOD = "dance"
