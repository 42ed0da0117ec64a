import { guestOf, mountsOf, sizeFault, stopOf } from './config-view.ts'
import { flyErrors } from './errors.ts'
import { addEvent, enter } from './events.ts'
import { grantLease } from './leases.ts'
import { boot, endRun, prepare, schedule } from './lifecycle.ts'
import { machineView } from './machine-view.ts'
import type { Answer, Context } from './router.ts'
import { appOf, json, machineToChange, ok } from './router.ts'
import { newMachine } from './make.ts'
import { refuseForQuota, refuseForRoom, refuseMounts } from './placement.ts'
import { secretsFor } from './secrets.ts'
import type { FakeMachine, Json } from './types.ts'
import type { World } from './world.ts'
import { number, record, text } from './values.ts'

const settled = new Set(['stopped', 'suspended', 'failed', 'created'])

export function createMachine(context: Context): Answer {
  const { world, body } = context
  const app = appOf(context)
  const config = configOf(body)
  const region = text(body['region']) ?? 'iad'
  const name = text(body['name'])
  for (const other of app.machines.values()) {
    const taken = other.name === name && other.state !== 'destroyed'
    if (taken) throw flyErrors.machineNameTaken(other.id, other.name)
  }
  refuseForQuota(world, app, { region, memoryMb: guestOf(config).memoryMb })
  refuseMounts(app, config, region)
  refuseForRoom(world, { region, config, before: null })
  const secrets = secretsFor(world, app, {
    atLeast: number(body['min_secrets_version']),
    skip: body['skip_secrets'] === true,
  })
  const machine = newMachine(world, app, {
    config,
    region,
    secrets,
    ...(name === undefined ? {} : { name }),
  })
  addEvent(world, machine, { type: 'launch', status: 'pending', source: 'flyd' })
  addEvent(world, machine, { type: 'launch', status: 'created', source: 'user' })
  prepare(world, machine, body['skip_launch'] !== true)
  return answer(context, machine)
}

export function updateMachine(context: Context): Answer {
  const { world, body } = context
  const machine = machineToChange(context)
  const app = appOf(context)
  const config = configOf(body)
  const wanted = text(body['current_version'])
  if (wanted !== undefined && wanted !== machine.instanceId) {
    throw flyErrors.staleVersion(wanted, machine.instanceId)
  }
  refuseFixed(machine, body, config)
  if (!settled.has(machine.state) && machine.state !== 'started' && machine.state !== 'starting') {
    throw flyErrors.cannot('update', machine.state)
  }
  refuseNoRoom(world, machine, config)
  const secrets = secretsFor(world, app, {
    atLeast: number(body['min_secrets_version']),
    skip: body['skip_secrets'] === true,
  })
  replace(world, machine, { config, secrets, launch: body['skip_launch'] !== true })
  return answer(context, machine)
}

interface Replacement {
  readonly config: Json
  readonly secrets: { readonly values: Readonly<Record<string, string>>; readonly version: number }
  readonly launch: boolean
}

/** A new version: a running machine reboots into it, any other one starts unless it is not to be launched. */
function replace(world: World, machine: FakeMachine, to: Replacement): void {
  const how = stopOf(machine.config)
  const idle = settled.has(machine.state)
  machine.instanceId = world.ids.ulid(world.clock.now())
  machine.config = to.config
  machine.checks = []
  machine.versions.unshift({ version: machine.instanceId, config: to.config })
  machine.secrets = to.secrets.values
  machine.secretsVersion = to.secrets.version
  addEvent(world, machine, { type: 'update', status: 'replacing', source: 'user' })
  enter(world, machine, 'replacing')
  if (!idle) return endRun(world, machine, to.launch ? 'replace' : 'replace-stopped', how)
  schedule(world, machine, world.settings.delays.replace, () => {
    if (to.launch) return boot(world, machine)
    enter(world, machine, 'stopped')
  })
}

export function destroyMachine(context: Context): Answer {
  const { world, query } = context
  const machine = machineToChange(context)
  const force = query.get('force') === 'true' || query.get('kill') === 'true'
  if (machine.state === 'destroyed') throw flyErrors.machineNotFound()
  const idle = ['stopped', 'suspended', 'failed'].includes(machine.state)
  if (!idle && !force) throw flyErrors.cannotDestroy()
  if (machine.state !== 'destroying') destroy(world, machine)
  return ok
}

export function destroy(world: World, machine: FakeMachine): void {
  addEvent(world, machine, { type: 'destroy', status: 'destroying', source: 'user' })
  enter(world, machine, 'destroying')
  endRun(world, machine, 'destroy', { signal: 'SIGKILL', timeoutMs: 0 })
}

function configOf(body: Json): Json {
  const config = record(body['config'])
  const image = text(config['image'])
  if (image === undefined) throw flyErrors.invalid('config.image is required')
  const fault = sizeFault(guestOf(config))
  if (fault !== null) throw flyErrors.invalid(fault)
  return config
}

/** Region, name and the attached volume cannot be changed by an update. */
function refuseFixed(machine: FakeMachine, body: Json, config: Json): void {
  const region = text(body['region'])
  const name = text(body['name'])
  if (region !== undefined && region !== machine.region) {
    throw flyErrors.invalid('region of a machine cannot be changed')
  }
  if (name !== undefined && name !== machine.name) {
    throw flyErrors.invalid('name of a machine cannot be changed')
  }
  const attached = mountsOf(machine.config).map(({ volume }) => volume)
  if (mountsOf(config).some(({ volume }) => !attached.includes(volume))) {
    throw flyErrors.invalid('a volume cannot be attached to an existing machine')
  }
}

/** A refused resize leaves the old version, and on some hosts it leaves it stopped. */
function refuseNoRoom(world: World, machine: FakeMachine, config: Json): void {
  try {
    refuseForRoom(world, { region: machine.region, config, before: machine.config })
  } catch (error) {
    if (world.capacity.get(machine.region)?.stopsMachine === true) {
      endRun(world, machine, 'stop', stopOf(machine.config))
    }
    throw error
  }
}

function answer(context: Context, machine: FakeMachine): Answer {
  const ttl = number(context.body['lease_ttl'])
  const view = machineView(context.world, machine)
  if (ttl === undefined) return json(view)
  return json({ ...view, nonce: grantLease(context, machine, { ttl, description: '' }).nonce })
}
