/** Tables of the store. A step that was released is never changed, only followed by another. */
export const STORE_SCHEMA: readonly string[] = [
  `
  CREATE TABLE entries (
    bucket TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    place REAL NOT NULL,
    expires REAL,
    PRIMARY KEY (bucket, id)
  ) WITHOUT ROWID;
  CREATE INDEX entries_place ON entries (bucket, place, id);
  CREATE INDEX entries_expires ON entries (expires) WHERE expires IS NOT NULL;
  CREATE TABLE streams (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    entry TEXT NOT NULL
  );
  CREATE INDEX streams_order ON streams (stream, seq);
  CREATE TABLE nudges (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    origin TEXT NOT NULL,
    topic TEXT NOT NULL,
    detail TEXT NOT NULL,
    at REAL NOT NULL
  );
  `,
]
