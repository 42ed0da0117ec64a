/** The table of jobs. A step that was released is never changed, only followed by another. */
export const QUEUE_SCHEMA: readonly string[] = [
  `
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'active', 'done', 'failed')),
    due REAL NOT NULL DEFAULT 0,
    turn INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    lease REAL,
    ended REAL,
    UNIQUE (lane, id)
  );
  CREATE INDEX jobs_waiting ON jobs (lane, due, seq) WHERE state = 'waiting';
  CREATE INDEX jobs_active ON jobs (lane) WHERE state = 'active';
  CREATE INDEX jobs_ended ON jobs (lane, state, ended) WHERE ended IS NOT NULL;
  `,
  `
  CREATE TABLE schedules (key TEXT PRIMARY KEY, every REAL NOT NULL) WITHOUT ROWID;
  ALTER TABLE jobs ADD COLUMN schedule TEXT;
  CREATE INDEX jobs_schedule ON jobs (schedule, due) WHERE schedule IS NOT NULL;
  `,
]
