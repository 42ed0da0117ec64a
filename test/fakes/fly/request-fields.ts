import { record } from './values.ts'

/**
 * The fields of Fly's request bodies, by the names of its OpenAPI document (the test compares them with it where the document
 * is at hand). `[x]` list, `{x}` map, `@x` another row; `duration` and `any` are wider than the document, as live Fly is.
 */
export const requestFields: Readonly<Record<string, string>> = {
  CreateAppRequest:
    'enable_subdomains:boolean idempotency_key:string name:string network:string org_slug:string',
  CreateAppDeployTokenRequest: 'expiry:string',
  assignIPRequest: 'network:string org_slug:string region:string service_name:string type:string',
  CreateMachineRequest:
    'config:@fly.MachineConfig lease_ttl:integer min_secrets_version:integer name:string region:string skip_launch:boolean skip_secrets:boolean skip_service_registration:boolean',
  UpdateMachineRequest:
    'config:@fly.MachineConfig current_version:string lease_ttl:integer min_secrets_version:integer name:string region:string skip_launch:boolean skip_secrets:boolean skip_service_registration:boolean',
  MachineExecRequest:
    'cmd:string command:[string] container:string machine:boolean stdin:string timeout:integer',
  CreateLeaseRequest: 'description:string ttl:integer',
  updateMetadataRequest: 'machine_version:string metadata:{string} updated_at:string',
  upsertMetadataKeyRequest: 'updated_at:string value:string',
  SignalRequest: 'signal:any',
  StopRequest: 'signal:string timeout:duration',
  AppSecretsUpdateRequest: 'values:{string}',
  SetAppSecretRequest: 'value:string',
  CreateVolumeRequest:
    'auto_backup_enabled:boolean compute:@fly.MachineGuest compute_image:string encrypted:boolean fstype:string name:string region:string require_unique_zone:boolean size_gb:integer snapshot_id:string snapshot_retention:integer source_volume_id:string unique_zone_app_wide:boolean',
  UpdateVolumeRequest: 'auto_backup_enabled:boolean snapshot_retention:integer',
  ExtendVolumeRequest: 'size_gb:integer',
  'main.getPlacementsRequest':
    'compute:@fly.MachineGuest count:integer org_slug:string region:string volume_name:string volume_size_bytes:integer weights:any',
  'fly.MachineConfig':
    'auto_destroy:boolean cache_drive:any checks:{@fly.MachineCheck} containers:any disable_machine_autostart:boolean dns:any env:{string} files:[@fly.File] guest:@fly.MachineGuest image:string init:@fly.MachineInit metadata:{string} metrics:@fly.MachineMetrics mounts:[@fly.MachineMount] processes:any restart:@fly.MachineRestart rootfs:any schedule:string services:[@fly.MachineService] size:string spot:any standbys:[string] statics:any stop_config:@fly.StopConfig',
  'fly.MachineGuest':
    'cpu_kind:string cpus:integer gpu_kind:string gpus:integer host_dedication_id:string kernel_args:[string] max_memory_mb:integer memory_mb:integer persist_rootfs:string required_host_features:[string]',
  'fly.MachineCheck':
    'grace_period:duration headers:any interval:duration kind:string method:string path:string port:integer protocol:string timeout:duration tls_server_name:string tls_skip_verify:boolean type:string',
  'fly.File':
    'guest_path:string image_config:string mode:integer raw_value:string secret_name:string',
  'fly.MachineInit':
    'cmd:[string] entrypoint:[string] exec:[string] kernel_args:[string] swap_size_mb:integer tty:boolean',
  'fly.MachineMetrics': 'https:boolean path:string port:integer',
  'fly.MachineMount':
    'add_size_gb:integer add_size_percent:integer encrypted:boolean extend_threshold_percent:integer min_add_size_gb:integer name:string path:string size_gb:integer size_gb_limit:integer volume:string',
  'fly.MachineRestart': 'max_retries:integer policy:string',
  'fly.MachineService':
    'autostart:boolean autostop:any checks:[@fly.MachineServiceCheck] concurrency:@fly.MachineServiceConcurrency force_instance_description:string force_instance_key:string internal_port:integer min_machines_running:integer ports:[@fly.MachinePort] protocol:string',
  'fly.StopConfig': 'signal:string timeout:duration',
  'fly.MachineServiceCheck':
    'grace_period:duration headers:any interval:duration method:string path:string port:integer protocol:string timeout:duration tls_server_name:string tls_skip_verify:boolean type:string',
  'fly.MachineServiceConcurrency': 'hard_limit:integer soft_limit:integer type:string',
  'fly.MachinePort':
    'end_port:integer force_https:boolean handlers:[string] http_options:any port:integer proxy_proto_options:any start_port:integer tls_options:any',
}

/** What is wrong with a request body: fields Fly would silently ignore, and the first value of a wrong type, which it refuses. */
export interface BodyFindings {
  readonly unknown: readonly string[]
  readonly wrong: { readonly path: string; readonly type: string } | null
}

export function checkBody(schema: string, body: unknown): BodyFindings {
  const unknown: string[] = []
  let wrong: BodyFindings['wrong'] = null
  const visit = (type: string, value: unknown, path: string): void => {
    if (value === null || value === undefined || type === 'any') return
    if (!fits(type, value)) {
      wrong ??= { path, type: goType(type) }
      return
    }
    if (type.startsWith('[')) {
      const inner = type.slice(1, -1)
      if (Array.isArray(value)) value.forEach((item) => visit(inner, item, path))
    } else if (type.startsWith('{')) {
      for (const [key, item] of Object.entries(record(value))) {
        visit(type.slice(1, -1), item, `${path}.${key}`)
      }
    } else if (type.startsWith('@')) visitObject(type.slice(1), value, path)
  }
  const visitObject = (name: string, value: unknown, path: string): void => {
    const fields = fieldsOf(name)
    for (const [key, item] of Object.entries(record(value))) {
      const type = fields.get(key)
      if (type === undefined) unknown.push(`${path}.${key}`)
      else visit(type, item, `${path}.${key}`)
    }
  }
  visit(`@${schema}`, body, schema)
  return { unknown, wrong }
}

/** Field name to type of one row of the table. */
export function fieldsOf(schema: string): ReadonlyMap<string, string> {
  const row = requestFields[schema]
  if (row === undefined) throw new Error(`no request schema ${schema}`)
  return new Map(
    row.split(' ').map((field) => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon), field.slice(colon + 1)] as const
    }),
  )
}

function fits(type: string, value: unknown): boolean {
  if (type.startsWith('[')) return Array.isArray(value)
  if (type.startsWith('{') || type.startsWith('@')) {
    return typeof value === 'object' && !Array.isArray(value)
  }
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'duration') return typeof value === 'string' || Number.isInteger(value)
  return typeof value === type
}

function goType(type: string): string {
  if (type.startsWith('[')) return '[]string'
  if (type.startsWith('{')) return 'map[string]string'
  if (type.startsWith('@')) return `main.${type.slice(1)}`
  return { integer: 'int', boolean: 'bool', duration: 'fly.Duration' }[type] ?? type
}
