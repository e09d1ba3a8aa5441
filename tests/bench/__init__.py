"""The budgets of the design, section 10, measured: ``pytest -m bench tests/bench -s`` prints the table.

Both sides of every ratio are taken in turn in the same run, from outside the program wherever that is possible.
These variables choose:

- ``READER_BENCH_ITEMS``: sizes, multiples of 1,000 (default ``1000,100000``; a million takes some minutes a run);
- ``READER_BENCH_RUNS``: how often everything is measured (default 5);
- ``READER_BENCH_DIR``: a folder in which the documents are kept for the next time;
- ``READER_BENCH_OUT``: a file to which the table is written.
"""
