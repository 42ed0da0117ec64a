import type { Alert } from '../../core/oncall/alert.ts'
import type { Receiver } from '../../core/oncall/route.ts'
import { tr } from '../../core/text.ts'
import { alertOf } from './alert-of.ts'

/** Somebody pressed “Test” at the source: shown where its alerts go, and nobody is paged. */
export const testAlert = (source: Receiver, text: string, at: number): Alert => ({
  ...alertOf({ source, id: 'test', over: false, severity: 'info', title: '', text }, at),
  title: tr(`A test from ${source} arrived`, `收到來自 ${source} 的測試`),
  rule: 'test',
})
