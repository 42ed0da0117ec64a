import { z } from 'zod'

const offset = z.int().nonnegative()
const Region = z.tuple([offset, offset, z.string().regex(/^[\da-f]{8}$/)])
const Digest = z.string().regex(/^(?:[\da-f]{64}|missing)$/)
const Id = z
  .string()
  .regex(/^[\da-f]{8}$/)
  .nullable()

export const Packed = z.object({
  text: z.base64(),
  regions: z.array(Region),
  broken: offset.nullable(),
})

const CheckedForm = z.union([
  z.object({
    by: z.literal('program'),
    valid: z.boolean(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).max(20),
  }),
  z.object({ by: z.null(), why: z.enum(['small', 'memory', 'none', 'time', 'unclear']) }),
])

const Work = z.object({
  at: z.number(),
  before: Digest,
  after: Digest,
  from: Id,
  id: Id,
  checked: CheckedForm,
})

const About = z.object({ path: z.string().max(1000), at: z.number() })

/** What config-main.mjs answers to `look`. */
export const Look = About.extend({
  ok: z.literal(true),
  facts: z
    .object({
      sha256: Digest,
      size: offset,
      uid: z.int(),
      gid: z.int(),
      mode: z.string().regex(/^[0-7]{4}$/),
      changedMs: z.number(),
      id: Id,
    })
    .nullable(),
  current: Packed.nullable(),
  kept: Packed.nullable(),
  history: z.array(
    z.object({
      id: z.string().regex(/^(?:[\da-f]{8}|last-good|bak)$/),
      size: offset,
      until: z.number(),
      op: z.string().max(80).nullable(),
    }),
  ),
  written: z.string().max(80).nullable(),
  aside: z.array(z.object({ name: z.string().max(300), at: z.number() })).max(5),
  work: Work.nullable(),
})

/** … to `write` … */
export const Written = About.extend({
  ok: z.literal(true),
  sha256: Digest,
  from: Id,
  id: Id,
  checked: CheckedForm,
})

/** … to `check` … */
export const CheckAnswer = z.intersection(About.extend({ ok: z.literal(true) }), CheckedForm)

/** … and to what it would not or could not do. */
export const Refused = About.extend({
  ok: z.literal(false),
  why: z.string().max(40),
  code: z.string().max(40).optional(),
  size: z.number().optional(),
  checked: CheckedForm.optional(),
})
