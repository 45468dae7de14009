"""The nightly record: stores what was measured, finds what changed, shows it.

Public are the functions that `suite/cli_history.py` calls.

| module | does |
|---|---|
| `benchmark_json`, `exchange` | bytes to nights and back |
| `machine` | fingerprints of machines |
| `schema`, `migrations`, `database`, `record`, `series` | the database |
| `noise`, `steps`, `machines`, `newest`, `examine` | what one series shows, by arithmetic |
| `judge`, `verdict`, `check` | what is new in a night, confirmed or not |
| `compare`, `bisect` | two runs side by side; the commit of a change |
| `pages`, `columns` | the trend pages |

The command imports this package late: SQLAlchemy, SciPy and ruptures are the extra `history`.
"""
