import { Client, Events, GatewayDispatchEvents, Routes } from 'discord.js'
import { serveParent } from './child.ts'

/** The least that a bot on discord.js does with a command: acknowledge it, on the raw event, by REST. */
interface Access {
  readonly apiUrl: string
  readonly token: string
}

await serveParent<Access, never>(async ({ apiUrl, token }) => {
  const client = new Client({ intents: [], rest: { api: apiUrl } })
  client.ws.on(
    GatewayDispatchEvents.InteractionCreate,
    (raw: { readonly id: string; readonly token: string }) =>
      void client.rest.post(Routes.interactionCallback(raw.id, raw.token), {
        auth: false,
        body: { type: 5 },
      }),
  )
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve))
  await client.login(token)
  await ready
  // The fake makes interactions only of commands that it knows.
  const about = 'Whether I am here'
  const ping = { type: 1, name: 'ping', description: about }
  await client.application?.commands.set([{ name: 'ops', description: about, options: [ping] }])
  return { answer: async () => null, close: () => client.destroy() }
})
