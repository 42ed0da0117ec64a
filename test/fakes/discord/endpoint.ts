import { generateKeyPairSync, sign } from 'node:crypto'
import type { World } from './world.ts'

export interface SignedPost {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Discord's side of the HTTP endpoint: signs bodies with a key made for this fake. */
export function createSigner(world: World) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const signedText = (body: string): SignedPost => {
    const timestamp = String(Math.floor(world.clock.now() / 1000))
    const signature = sign(null, Buffer.from(timestamp + body), privateKey).toString('hex')
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'x-signature-ed25519': signature,
        'x-signature-timestamp': timestamp,
      },
    }
  }
  return {
    publicKey: Buffer.from(x, 'base64url').toString('hex'),
    /** Any text, as if Discord had written it. */
    signedText,
    signed: (payload: object): SignedPost => signedText(JSON.stringify(payload)),
  }
}
