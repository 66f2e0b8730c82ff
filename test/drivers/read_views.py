"""Print what a Python driver reads, for 051_drivers.pl.

    read_views.py MODE CONNECTION

MODE is psycopg2, psycopg_text or psycopg_binary. Standard input has a query on each line, after its
name and a tab. For each: FS name LF, the columns' types, their names, the rows. Fields are separated
by US and records by RS, NULL is GS; values look as in psql with TimeZone UTC.
"""
import datetime
import decimal
import sys

TYPES = {16: 'boolean', 20: 'bigint', 23: 'integer', 25: 'text', 1082: 'date', 1184: 'timestamp with time zone', 1700: 'numeric'}


def type_of(column):
    """A column's type as the driver reports it."""
    name = TYPES[column.type_code]
    # psycopg2 gives 65535 for a numeric without precision.
    if name == 'numeric' and column.precision not in (None, 65535):
        name += f'({column.precision},{column.scale})'
    return name


def text_of(value):
    """A value as psql prints it; the driver must have made the right Python type of it."""
    if value is None:
        return '\x1d'
    if type(value) is bool:
        return 't' if value else 'f'
    if type(value) is decimal.Decimal:
        return format(value, 'f')
    if type(value) is datetime.datetime:
        return value.astimezone(datetime.timezone.utc).isoformat(' ', 'microseconds')
    if type(value) in (datetime.date, int, str):
        return str(value)
    raise TypeError(f'{type(value)} is not what a view should give')


def main(mode, connection_string):
    """Run each query with one driver."""
    if mode == 'psycopg2':
        import psycopg2
        cursor = psycopg2.connect(connection_string).cursor()
    else:
        import psycopg
        cursor = psycopg.connect(connection_string).cursor(binary=mode == 'psycopg_binary')
    for line in sys.stdin:
        name, query = line.rstrip('\n').split('\t')
        cursor.execute(query)
        records = [[type_of(column) for column in cursor.description], [column.name for column in cursor.description]]
        records += [[text_of(value) for value in row] for row in cursor]
        sys.stdout.write(f'\x1c{name}\n' + '\x1e'.join('\x1f'.join(record) for record in records))


sys.stdout.reconfigure(encoding='utf-8')
main(*sys.argv[1:])
