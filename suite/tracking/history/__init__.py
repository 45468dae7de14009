"""The nightly record: stores measurements, finds changes and shows them.

Public are the functions that `suite/cli/history.py` and `suite/cli/confirm.py` call.

| module | does |
|---|---|
| `benchmark_json`, `fields`, `exchange` | files to nights and back |
| `machine` | fingerprints of machines |
| `schema`, `migrations`, `database`, `record`, `series` | the database |
| `branches`, `order` | which nights are judged together, and in which order |
| `noise`, `steps`, `machines`, `newest`, `examine` | the statistics of one series |
| `environment` | what changed on the machines |
| `judge`, `verdict`, `confirm`, `check` | what is new in a night, confirmed or not |
| `compare`, `bisect` | two runs side by side; the commit of a change |
| `pages`, `columns` | the trend pages |

The command imports this package late: SQLAlchemy, SciPy and ruptures are the extra `history`.
"""
