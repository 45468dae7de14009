"""Entry point of `python -m suite` and of the command `suite`: heeds signals before anything else is imported."""

from suite.endings import catch_signals, ignore_signals


def run() -> None:
    """Run the command line."""
    catch_signals()
    from suite.cli import main

    try:
        main()
    finally:
        ignore_signals()


if __name__ == "__main__":
    run()
