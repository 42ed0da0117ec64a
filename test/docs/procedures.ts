/** What of `docs/` belongs to which verbs, and which labels in the code are meant by each row; none where it is no step of its own. */
interface Procedure {
  readonly verbs: readonly string[]
  /** `operations.md` where left out. */
  readonly page?: string
  readonly heading: string
  readonly steps: Readonly<Record<string, readonly string[]>>
}

const LOOK = 'Look at ${id} as it is'
const LEASE = 'Take away the lease on ${id}'
const KEEP = 'Keep the present config of ${id}'
const READY = 'Wait until the gateway is ready'
const READY_IN = 'Wait until the gateway in ${id} is ready'
const REMEMBER = 'Remember it, for a deploy may put it back'
const SEEN_SECRETS = 'See that ${id} is ready and has them'

export const PROCEDURES: readonly Procedure[] = [
  {
    verbs: ['restart'],
    heading: 'Restart',
    steps: { Before: [LOOK], Restart: [LEASE, 'Restart ${id}'], Ready: [READY_IN] },
  },
  {
    verbs: ['machine start', 'machine stop'],
    heading: 'Machine list, start and stop',
    steps: { Start: [LOOK, 'Start ${id}', READY_IN], Stop: [LOOK, 'Stop ${id}'] },
  },
  {
    verbs: ['machine command'],
    heading: 'Machine command',
    steps: {
      Look: [LOOK],
      Update: [LEASE, KEEP, 'Give ${id} the new command'],
      Ready: [READY],
      Remember: [REMEMBER],
    },
  },
  {
    verbs: ['machine unlock'],
    heading: 'Machine unlock',
    steps: {
      Start: [LOOK, 'Start ${id} anew', 'See whether the gateway comes up by itself'],
      Sleep: [KEEP, 'Start ${id} with a command that only sleeps'],
      Read: ['Read the lock files and their owners'],
      Delete: ['Delete those that belong to nobody'],
      Wake: ['Give ${id} its own command again'],
      Ready: [READY],
    },
  },
  {
    verbs: ['machine repair'],
    heading: 'Machine repair',
    steps: {
      Look: [LOOK],
      Update: [LEASE, KEEP, 'Change the config of ${id}'],
      Judge: ['Judge its config as the doctor does'],
      Ready: ['Wait until the gateway is ready and its checks pass'],
    },
  },
  {
    verbs: ['memory'],
    heading: 'Memory',
    steps: {
      Lease: [LEASE],
      Keep: [KEEP],
      Update: ['Update ${id} to ${size}'],
      Ready: [READY],
      Remember: [REMEMBER],
      Watch: [],
    },
  },
  {
    verbs: ['network private', 'network public'],
    heading: 'Network',
    steps: {
      Compare: ['Read the addresses again'],
      Remember: ['Remember addresses and services'],
      Allocate: ['Allocate'],
      Services: [LEASE, KEEP, 'Take the services off ${id}', 'Give ${id} its services'],
      Ready: ['Wait until the gateway of ${id} is ready'],
      Release: ['Release ${address}'],
      End: [],
      Forget: ['Drop the memory of the private state'],
    },
  },
  {
    verbs: ['token rotate'],
    heading: 'Token',
    steps: {
      See: ['See that no other token counts', 'See that the present token is the one that counts'],
      Keep: ['Make a token', 'Make a new token, keep the old one sealed'],
      Set: ['Set the secret'],
      Update: [LEASE, KEEP, 'Update ${id} with it'],
      Prove: ['See that ${id} is ready and takes the new token'],
      Refused: ['See that the old token is refused'],
      Reveal: ['Keep the new token for one private look'],
    },
  },
  {
    verbs: ['secrets set', 'secrets unset', 'secrets apply'],
    heading: 'Secrets',
    steps: {
      Set: ['Set ${name} at Fly'],
      Seen: ['See it in Fly’s list'],
      Unset: ['Take ${name} out at Fly', 'See that Fly lists it no more'],
      Apply: ['Learn the vault’s newest version', LEASE, KEEP, 'Update ${id} with them'],
      'See apply': [SEEN_SECRETS],
    },
  },
  {
    verbs: ['deploy image', 'deploy rollback'],
    heading: 'Deploy',
    steps: {
      Note: ['Note the deployment'],
      Snapshot: ['Look at the snapshots of ${volume}', 'Take a snapshot of ${volume}'],
      Keep: [KEEP],
      Update: [LEASE, 'Give ${id} the image of ${name}'],
      Ready: [READY_IN, 'Look at ${id}, which stays stopped'],
      Watch: ['Watch ${id} for a minute'],
      History: [],
    },
  },
  {
    verbs: ['deploy launch'],
    heading: 'Launch',
    steps: {
      App: ['Take the empty app ${app}', 'Make the app ${app}'],
      Addresses: ['Allocate'],
      Volume: ['Make the volume'],
      Token: ['Make a gateway token, keep it sealed'],
      Secrets: ['Set the secrets'],
      Machine: ['Make the machine and start it'],
      Ready: ['See that the gateway is ready'],
      Config: ['Write the first config file, see it taken'],
      Reveal: ['Keep the token for one private look'],
    },
  },
  {
    verbs: ['config set', 'config unset', 'config restore'],
    heading: 'Config',
    steps: {
      Note: ['Note who changes what'],
      Write: ['Check and write the file'],
      Effect: ['See what the gateway makes of it'],
      Again: ['Read the file again'],
    },
  },
  {
    verbs: ['volumes snapshot', 'volumes extend'],
    heading: 'Volumes',
    steps: {
      Before: ['Note the snapshots of ${volume}'],
      Ask: ['Ask Fly for a new one'],
      Made: ['Wait until it is made'],
      Extend: ['Extend ${volume} to ${to} GB'],
      Look: ['Look at its file system inside'],
      Restart: [LOOK, 'Restart ${id}', READY_IN],
      Measure: ['Measure the file system again'],
    },
  },
  {
    verbs: ['ops self restart'],
    page: 'self.md',
    heading: 'Restart',
    steps: { Before: [LOOK], Restart: ['Restart ${id}'], Back: ['Wait until I am back'] },
  },
  {
    verbs: ['ops self update'],
    page: 'self.md',
    heading: 'Update',
    steps: {
      Trial: ['Try the new image in a machine of its own'],
      Before: ['Look at myself'],
      Keep: [KEEP],
      Replace: ['Replace the image of ${id}'],
      Back: ['Wait until I am back'],
    },
  },
]
