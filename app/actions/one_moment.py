"""Read many tables as of one moment, while others go on writing."""

from sqlalchemy.orm import Session


def one_moment(session: Session) -> None:
    """Let a session see one state of the database until it ends; call it first.

    SQLite does so by itself; PostgreSQL shows every statement the newest rows.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
