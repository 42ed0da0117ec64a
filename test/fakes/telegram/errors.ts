/** A refusal in the shape of the Bot API: `{ ok: false, error_code, description, parameters }`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: number
  readonly parameters: { readonly retry_after?: number; readonly migrate_to_chat_id?: number }
  constructor(code: number, description: string, parameters: ApiError['parameters'] = {}) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

export const bad = (description: string): ApiError =>
  new ApiError(400, `Bad Request: ${description}`)
