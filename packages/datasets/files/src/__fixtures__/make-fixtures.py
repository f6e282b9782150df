"""Writes the Parquet and Arrow files of this folder, and as JSON the rows that they hold.

    pip install pyarrow==19.0.1 numpy && python make-fixtures.py

The JSON is written by the rules of the package's README, from the values that went in, not from what any reader gave back.
"""

import base64
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent

# name, type, values that go in, cells that must come out
TYPES = [
    ('number', pa.int32(), [1, None, -2], [1, None, -2]),
    ('small', pa.uint8(), [255, None, 0], [255, None, 0]),
    ('float', pa.float64(), [1.5, float('nan'), None], [1.5, None, None]),
    ('single', pa.float32(), [0.5, None, -2.25], [0.5, None, -2.25]),
    ('half', pa.float16(), [np.float16(1.5), None, np.float16(-0.25)], [1.5, None, -0.25]),
    ('safe', pa.int64(), [9007199254740991, None, -9007199254740991], [9007199254740991, None, -9007199254740991]),
    ('wide', pa.int64(), [9007199254740993, None, 5], ['9007199254740993', None, '5']),
    ('unsigned', pa.uint64(), [18446744073709551615, 1, None], ['18446744073709551615', '1', None]),
    ('text', pa.string(), ['수도는 서울', '', None], ['수도는 서울', '', None]),
    ('large', pa.large_string(), ['a', '🎉', None], ['a', '🎉', None]),
    ('category', pa.dictionary(pa.int8(), pa.string()), ['x', None, 'y'], ['x', None, 'y']),
    ('flag', pa.bool_(), [True, None, False], [True, None, False]),
    ('nothing', pa.null(), [None, None, None], [None, None, None]),
    ('price', pa.decimal128(20, 2), [Decimal('12.30'), Decimal('-0.01'), None], ['12.30', '-0.01', None]),
    ('huge', pa.decimal256(50, 3), [Decimal('12345678901234567890123456789.125'), None, Decimal('-7.000')], ['12345678901234567890123456789.125', None, '-7.000']),
    ('day', pa.date32(), [dt.date(2024, 2, 29), dt.date(1900, 1, 1), None], ['2024-02-29', '1900-01-01', None]),
    ('clock', pa.time64('us'), [dt.time(13, 45, 0, 250_001), None, dt.time(0)], ['13:45:00.250001', None, '00:00:00.000']),
    ('instant', pa.timestamp('us', 'UTC'), [1700000000123456, -1, None], ['2023-11-14T22:13:20.123456Z', '1969-12-31T23:59:59.999999Z', None]),
    ('local', pa.timestamp('ns'), [1700000000123456789, None, 1700000000120000000], ['2023-11-14T22:13:20.123456789', None, '2023-11-14T22:13:20.120']),
    ('bytes', pa.binary(), [b'\x00\xff', b'', None], ['AP8=', '', None]),
    ('digest', pa.binary(3), [b'abc', None, b'\x00\x01\x02'], ['YWJj', None, 'AAEC']),
    ('list', pa.list_(pa.int64()), [[1, None, 3], [], None], [[1, None, 3], [], None]),
    ('pair', pa.list_(pa.int32(), 2), [[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4], [5, 6]]),
    (
        'struct',
        pa.struct([('a', pa.int64()), ('__proto__', pa.string()), ('b.c', pa.decimal128(4, 1))]),
        [{'a': 1, '__proto__': 'x', 'b.c': Decimal('0.5')}, None, {'a': None, '__proto__': None, 'b.c': None}],
        [{'a': 1, '__proto__': 'x', 'b.c': '0.5'}, None, {'a': None, '__proto__': None, 'b.c': None}],
    ),
    ('map', pa.map_(pa.string(), pa.int64()), [[('k', 1), ('__proto__', 2**60)], [], None], [{'k': '1', '__proto__': '1152921504606846976'}, {}, None]),
    (
        'deep',
        pa.list_(pa.struct([('at', pa.date32()), ('tags', pa.list_(pa.string()))])),
        [[{'at': dt.date(2024, 1, 1), 'tags': ['가', None]}, None], None, [{'at': None, 'tags': []}]],
        [[{'at': '2024-01-01', 'tags': ['가', None]}, None], None, [{'at': None, 'tags': []}]],
    ),
    ('__proto__', pa.string(), ['p', None, 'q'], ['p', None, 'q']),
    ('constructor', pa.string(), ['c', None, 'd'], ['c', None, 'd']),
]

# What Parquet has no types for.
ARROW_TYPES = [
    ('duration', pa.duration('ms'), [90_500, None, 0], ['PT90.5S', None, 'PT0S']),
    ('view', pa.string_view(), ['short', 'longer than twelve bytes', None], ['short', 'longer than twelve bytes', None]),
    ('seconds', pa.timestamp('s', 'Asia/Seoul'), [1700000000, None, 0], ['2023-11-14T22:13:20.000Z', None, '1970-01-01T00:00:00.000Z']),
    ('millis', pa.date64(), [1709164800000, None, 0], ['2024-02-29', None, '1970-01-01']),
    ('clock32', pa.time32('s'), [49_500, None, 0], ['13:45:00.000', None, '00:00:00.000']),
]


def table_of(columns):
    arrays = [pa.array(values, type=t) for _, t, values, _ in columns]
    return pa.Table.from_arrays(arrays, schema=pa.schema([pa.field(name, t) for name, t, _, _ in columns]))


def rows_of(columns):
    count = len(columns[0][3])
    return [{name: cells[row] for name, _, _, cells in columns} for row in range(count)]


def write_json(name, rows):
    (HERE / name).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + '\n', encoding='utf8')


def write_arrow(name, table, kind, compression=None, rows=None):
    options = pa.ipc.IpcWriteOptions(compression=compression)
    new = pa.ipc.new_file if kind == 'file' else pa.ipc.new_stream
    with pa.OSFile(str(HERE / name), 'wb') as sink, new(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=rows)


# All types
write_json('types.json', rows_of(TYPES))
write_json('arrow-types.json', rows_of(ARROW_TYPES))
pq.write_table(table_of(TYPES), HERE / 'types.parquet', compression='NONE')
write_arrow('types.arrow', table_of(TYPES), 'file')
write_arrow('types.arrows', table_of(TYPES), 'stream')
write_arrow('arrow-types.feather', table_of(ARROW_TYPES), 'file')

# Every codec and both kinds of pages; texts long enough to be worth packing
texts = pa.table({
    'id': pa.array(range(40), pa.int32()),
    'text': pa.array([None if i % 7 == 3 else f'대답 {i}: ' + 'the same words again ' * 3 for i in range(40)]),
})
write_json('texts.json', texts.to_pylist())
for codec in ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4']:
    for pages in ['1.0', '2.0']:
        pq.write_table(texts, HERE / f'texts-{codec}-v{pages[0]}.parquet', compression=codec, data_page_version=pages, use_dictionary=pages == '1.0')
for codec in ['lz4', 'zstd']:
    write_arrow(f'texts-{codec}.arrow', texts, 'file', codec, rows=15)
    write_arrow(f'texts-{codec}.arrows', texts, 'stream', codec, rows=15)

# Encodings
numbers = pa.table({
    'delta': pa.array([i * i - 50 for i in range(30)], pa.int32()),
    'prefix': pa.array([f'prefix {i // 3}' for i in range(30)]),
    'length': pa.array([f'{i} 글자' for i in range(30)]),
    'split': pa.array([i / 8 for i in range(30)]),
    'flags': pa.array([i % 3 == 0 for i in range(30)]),
})
write_json('encodings.json', numbers.to_pylist())
pq.write_table(
    numbers,
    HERE / 'encodings.parquet',
    compression='NONE',
    use_dictionary=False,
    data_page_version='2.0',
    column_encoding={'delta': 'DELTA_BINARY_PACKED', 'prefix': 'DELTA_BYTE_ARRAY', 'length': 'DELTA_LENGTH_BYTE_ARRAY', 'split': 'BYTE_STREAM_SPLIT', 'flags': 'RLE'},
)

# Row groups: the one integer that is no safe number stands in the last of them, and no statistics tell of it
groups = pa.table({'n': pa.array([*range(24), 2**60], pa.int64()), 'safe': pa.array(range(25), pa.int64()), 'l': pa.array([[2**60]] + [[i] for i in range(24)], pa.list_(pa.int64()))})
pq.write_table(groups, HERE / 'groups.parquet', compression='NONE', row_group_size=10, write_statistics=False)
write_arrow('groups.arrow', groups, 'file', rows=10)

# A dictionary that is replaced, and one that grows, in the middle of a stream
dictionary = pa.dictionary(pa.int8(), pa.string())
batches = [['a', 'b', 'a'], ['a', 'b', 'c'], ['z', 'y', 'z']]
schema = pa.schema([('word', dictionary)])
with pa.OSFile(str(HERE / 'dictionaries.arrows'), 'wb') as sink:
    with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as writer:
        for words in batches:
            writer.write_batch(pa.record_batch([pa.array(words).dictionary_encode().cast(dictionary)], schema=schema))

# Columns of one name
same = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=['a', 'a'])
pq.write_table(same, HERE / 'twice.parquet', compression='NONE')
write_arrow('twice.arrow', same, 'file')

# Files that do not go together
pq.write_table(pa.table({'a': [1.5], 'b': ['x']}), HERE / 'part-1.parquet', compression='NONE')
pq.write_table(pa.table({'b': ['y'], 'a': [2.5]}), HERE / 'part-2.parquet', compression='NONE')
pq.write_table(pa.table({'a': ['1.5'], 'b': ['x']}), HERE / 'part-text.parquet', compression='NONE')
pq.write_table(pa.table({'a': [1.5], 'c': ['x']}), HERE / 'part-c.parquet', compression='NONE')
