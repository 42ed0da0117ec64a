import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createHookKeyring } from '../../../src/oncall/receivers/keys.ts'
import { createHookReceiver } from '../../../src/oncall/receivers/receive.ts'
import { createSealer } from '../../../src/store/sealing.ts'
import { served } from '../../http/served.ts'
import { skipAlertmanager, startAlertmanager } from '../../helpers/alertmanager.ts'
import { realClock } from '../../helpers/engines.ts'
import { memoryIntake } from '../../helpers/hooks.ts'
import { away, createMemoryStore } from '../../helpers/memory-store.ts'
import { createTestLog } from '../../helpers/test-log.ts'

test(
  'a real Alertmanager tells what fires and what is over, and again what was refused',
  { skip: skipAlertmanager },
  async (t) => {
    const store = createMemoryStore(realClock)
    const sealer = createSealer(randomBytes(32))
    const keyring = createHookKeyring({ store, sealer, clock: realClock, signing: {} })
    const intake = memoryIntake()
    let refused = 0
    intake.before = () => {
      if (++refused === 1) throw away()
    }
    const { port } = await served(t, {
      hooks: createHookReceiver({
        keyring,
        intake,
        store,
        clock: realClock,
        log: createTestLog(),
        apps: ['my-openclaw'],
        publicUrl: undefined,
      }),
    })
    const { path } = await keyring.createHook('alertmanager', { by: 'discord:1' })
    const alertmanager = await startAlertmanager(`http://127.0.0.1:${port}${path.reveal()}`)
    t.after(alertmanager.stop)
    const labels = { alertname: 'GatewayDown', severity: 'critical', fly_app: 'my-openclaw' }
    await alertmanager.post(labels, { annotations: { summary: 'No answer for 5 minutes.' } })
    const firing = await intake.first(({ status }) => status === 'firing')
    assert.ok(refused >= 2, 'it came again after 503')
    assert.deepEqual(
      [firing.title, firing.text, firing.severity, firing.app],
      ['GatewayDown', 'No answer for 5 minutes.', 'critical', 'my-openclaw'],
    )
    await alertmanager.post(labels, { endsAt: new Date().toISOString() })
    const over = await intake.first(({ status }) => status === 'resolved')
    assert.deepEqual([over.key, over.group], [firing.key, firing.group])
    assert.ok(over.at >= firing.at)
  },
)
