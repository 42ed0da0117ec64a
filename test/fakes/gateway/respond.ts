import type { ServerResponse } from 'node:http'

const send = (response: ServerResponse, status: number, type: string, body: string) => {
  const head = { 'content-type': type, 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, { ...head, 'cache-control': 'no-store' }).end(body)
}

/** Makes the page about as long as the recorded one: longer than a probe reads. */
const PADDING = '<!-- -->\n'.repeat(2000)

/** Answers in the three kinds the gateway uses; lengths are always given. */
export const respond = {
  json: (response: ServerResponse, status: number, body: unknown): void =>
    send(response, status, 'application/json; charset=utf-8', JSON.stringify(body)),
  text: (response: ServerResponse, status: number, body: string): void =>
    send(response, status, 'text/plain; charset=utf-8', body),
  /** The Control UI's page, which is the answer to every path nobody else claims. */
  page: (response: ServerResponse, version: string): void =>
    send(
      response,
      200,
      'text/html; charset=utf-8',
      `<!doctype html>\n<html data-openclaw-control-ui-base-path="" data-openclaw-control-ui-build-id="${version}" lang="en">\n  <head>\n    <meta charset="UTF-8" />\n    <title>OpenClaw Control</title>\n  </head>\n  <body><openclaw-app></openclaw-app></body>\n</html>\n${PADDING}`,
    ),
}
