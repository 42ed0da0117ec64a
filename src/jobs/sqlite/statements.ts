import type { DatabaseSync } from 'node:sqlite'

/** What a turn needs to give its job back: nobody else has this number of this job. */
export interface Claim {
  readonly seq: number
  readonly turn: number
  readonly id: string
  readonly tries: number
  /** When it was due, and the schedule whose tick it is. */
  readonly due: number
  readonly schedule: string | null
}

const FREE = `owner = NULL, lease = NULL`
const MINE = `WHERE seq = :seq AND turn = :turn AND state = 'active'`

/** The statements of the queue, compiled once. Each is atomic by itself. */
export function prepareQueue(db: DatabaseSync) {
  return {
    add: db.prepare(
      'INSERT INTO jobs (lane, id, due) VALUES (?, ?, ?) ON CONFLICT (lane, id) DO NOTHING',
    ),
    remove: db.prepare("DELETE FROM jobs WHERE lane = ? AND id = ? AND state = 'waiting'"),
    peek: db.prepare(
      "SELECT due FROM jobs WHERE lane = ? AND state = 'waiting' ORDER BY due, seq LIMIT 1",
    ),
    claim: db.prepare(`
      UPDATE jobs SET state = 'active', turn = turn + 1, owner = :owner, lease = :lease
      WHERE seq = (
        SELECT seq FROM jobs WHERE lane = :lane AND state = 'waiting' AND due <= :now
        ORDER BY due, seq LIMIT 1
      ) AND (
        :serial = 0 OR NOT EXISTS (SELECT 1 FROM jobs WHERE lane = :lane AND state = 'active')
      )
      RETURNING seq, turn, id, tries, due, schedule`),
    every: db.prepare('SELECT every FROM schedules WHERE key = ?'),
    setEvery: db.prepare(
      'INSERT INTO schedules (key, every) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET every = excluded.every',
    ),
    unschedule: db.prepare('DELETE FROM schedules WHERE key = ?'),
    dropTicks: db.prepare("DELETE FROM jobs WHERE schedule = ? AND state = 'waiting'"),
    addTick: db.prepare(`
      INSERT INTO jobs (lane, id, due, schedule) SELECT 'timer', :id, :due, :key
      WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE schedule = :key AND due > :after)
      ON CONFLICT (lane, id) DO NOTHING`),
    endTick: db.prepare(`DELETE FROM jobs ${MINE}`),
    end: db.prepare(`UPDATE jobs SET state = :state, ended = :now, ${FREE} ${MINE}`),
    retry: db.prepare(
      `UPDATE jobs SET state = 'waiting', due = :due, tries = tries + 1, ${FREE} ${MINE}`,
    ),
    release: db.prepare(`UPDATE jobs SET state = 'waiting', ${FREE} ${MINE}`),
    renew: db.prepare(
      "UPDATE jobs SET lease = :lease WHERE owner = :owner AND state = 'active' RETURNING seq, turn",
    ),
    owners: db.prepare("SELECT DISTINCT owner FROM jobs WHERE state = 'active' AND owner <> ?"),
    takeBack: db.prepare(
      `UPDATE jobs SET state = 'waiting', ${FREE} WHERE state = 'active' AND (owner = :owner OR lease <= :now)`,
    ),
    lanes: db.prepare('SELECT DISTINCT lane FROM jobs'),
    forget: db.prepare(`
      DELETE FROM jobs WHERE lane = :lane AND state = :state AND (
        ended < :before OR ended < (
          SELECT ended FROM jobs WHERE lane = :lane AND state = :state AND ended IS NOT NULL
          ORDER BY ended DESC LIMIT 1 OFFSET :count
        )
      )`),
    counts: db.prepare(`
      SELECT lane, sum(state = 'waiting' AND due <= :now AND schedule IS NULL) AS waiting,
        sum(state = 'active') AS active,
        sum(state = 'waiting' AND due > :now AND schedule IS NULL) AS delayed
      FROM jobs GROUP BY lane`),
  }
}

export type QueueStatements = ReturnType<typeof prepareQueue>
