import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { at, load } from './config.ts'
import type { Settings } from './runtime.ts'

/** What makes a newly read file look damaged beside the last good one; nothing when it looks fine. */
function anomaly(good: string, path: string, strict: boolean): string | undefined {
  const before = load(good, strict)
  const now = load(path, strict)
  if (before.kind !== 'valid') return undefined
  const [old, raw] = [before.raw, existsSync(path) ? readFileSync(path, 'utf8') : '']
  const config = now.kind === 'valid' ? now.config : {}
  if (at(before.config, 'meta') !== undefined && at(config, 'meta') === undefined)
    return 'missing-meta-vs-last-good'
  if (at(before.config, 'gateway.mode') !== undefined && at(config, 'gateway.mode') === undefined)
    return 'gateway-mode-missing-vs-last-good'
  if (old.length >= 512 && raw.length < old.length / 2)
    return `size-drop-vs-last-good:${old.length}->${raw.length}`
  return undefined
}

/**
 * The silent revert of a start: a file that lost `meta`, `gateway.mode` or more than half its size is set aside and the
 * backup comes back. A file that does not parse at all is left for the start to refuse.
 */
export function revertIfDamaged(settings: Settings): void {
  const { configPath: path, behaviour, log } = settings
  if (!behaviour.silentRevert || !existsSync(`${path}.bak`) || !existsSync(path)) return
  if (load(path, behaviour.strictChannels).kind !== 'valid') return
  const why = anomaly(`${path}.last-good`, path, behaviour.strictChannels)
  if (why === undefined) return
  const stamp = new Date().toISOString().replaceAll(':', '-')
  renameSync(path, `${path}.clobbered.${stamp}`)
  copyFileSync(`${path}.bak`, path)
  log.raw(`Config auto-restored from backup: ${path} (${why})`)
}

/** Keeps the file that started well as the last good one, and as the backup that a CLI write would have left. */
export function keepGood(settings: Settings): void {
  const { configPath: path } = settings
  if (!settings.behaviour.silentRevert || !existsSync(path)) return
  const raw = readFileSync(path)
  writeFileSync(`${path}.last-good`, raw)
  writeFileSync(`${path}.bak`, raw)
}
