"""Carry a column of an own type through psycopg in binary, for 051_drivers.pl.

    own_types.py CONNECTION

Reads the tables from standard input. From each, reads the column "value" in binary, and copies the
table's rows to "TABLE_copy" in binary. Prints the values read, in hexadecimal.
"""
import sys

import psycopg

with psycopg.connect(sys.argv[1]) as connection:
    for table in sys.stdin.read().split():
        cursor = connection.cursor(binary=True)
        for (value,) in cursor.execute(f'SELECT value FROM {table} ORDER BY id'):
            print(table, value.hex())
        with cursor.copy(f'COPY {table} TO STDOUT (FORMAT binary)') as source:
            rows = b''.join(source)
        with cursor.copy(f'COPY {table}_copy FROM STDIN (FORMAT binary)') as target:
            target.write(rows)
