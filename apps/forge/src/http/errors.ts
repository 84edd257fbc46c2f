import { ForgeError } from '@forge/errors'

/** There is nothing at this path. */
export class HttpNotFoundError extends ForgeError {
  override readonly code = 'FORGE_HTTP_NOT_FOUND'
}

/** There is something at this path, but not for this method: `details.allow`. */
export class HttpMethodError extends ForgeError {
  override readonly code = 'FORGE_HTTP_METHOD'
}

/** The request is no HTTP that is understood here. */
export class HttpRequestError extends ForgeError {
  override readonly code = 'FORGE_HTTP_REQUEST'
}

/** The `Host` is none that this server answers for: a page of another site may have had a name pointed here. */
export class HttpHostError extends ForgeError {
  override readonly code = 'FORGE_HTTP_HOST'
}

/** The request comes from a page of another site. */
export class HttpOriginError extends ForgeError {
  override readonly code = 'FORGE_HTTP_ORIGIN'
}

/** The token is missing, or is another. */
export class HttpTokenError extends ForgeError {
  override readonly code = 'FORGE_HTTP_TOKEN'
}

/** The body is not of the media type that is wanted. */
export class HttpMediaTypeError extends ForgeError {
  override readonly code = 'FORGE_HTTP_MEDIA_TYPE'
}

/** The body is no JSON in UTF-8. */
export class HttpBodyError extends ForgeError {
  override readonly code = 'FORGE_HTTP_BODY'
}

/** The body is larger than is read. */
export class HttpTooLargeError extends ForgeError {
  override readonly code = 'FORGE_HTTP_TOO_LARGE'
}

/** Headers or address are longer than is read. */
export class HttpHeadersError extends ForgeError {
  override readonly code = 'FORGE_HTTP_HEADERS'
}

/** A part of the request cannot be: `details.errors` says which and why. */
export class HttpInvalidError extends ForgeError {
  override readonly code = 'FORGE_HTTP_INVALID'
}

/** The request was not sent in time. */
export class HttpSlowError extends ForgeError {
  override readonly code = 'FORGE_HTTP_SLOW'
}

/** There was no answer in time. */
export class HttpTimeoutError extends ForgeError {
  override readonly code = 'FORGE_HTTP_TIMEOUT'
}

/** The server has too much to do, or is stopping. */
export class HttpBusyError extends ForgeError {
  override readonly code = 'FORGE_HTTP_BUSY'
}

/** The address cannot be listened on. */
export class HttpListenError extends ForgeError {
  override readonly code = 'FORGE_HTTP_LISTEN'
}
