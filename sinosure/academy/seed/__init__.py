"""The shipped texts of the academy."""
