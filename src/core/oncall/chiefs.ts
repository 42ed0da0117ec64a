import { type AccessState, subjectKey } from '../access.ts'
import { covers, denies, isLive, rank } from '../reach.ts'
import type { Person } from './ports.ts'

/** Whoever rules: owners, then people (not roles) who are admins somewhere for this app, each by key. */
export function chiefsOf(
  { owners, grants, trusted }: AccessState,
  { app, now }: { readonly app: string | null; readonly now: number },
): readonly Person[] {
  const live = grants.filter(
    ({ subject, until, scope }) =>
      subject.kind === 'user' &&
      isLive(until, now) &&
      trusted.some(({ platform, space }) => platform === scope.platform && space === scope.space),
  )
  const denied = live
    .filter((grant) => denies(grant, app))
    .map(({ subject }) => subjectKey(subject))
  const admins = live
    .filter((grant) => !grant.deny && rank(grant.role) >= rank('admin') && covers(grant, app))
    .map(({ subject }) => subjectKey(subject))
    .filter((key) => !denied.includes(key))
  return Array.from(new Set([...owners, ...admins]), (key) => ({ key, name: key }))
}
