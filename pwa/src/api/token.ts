/** The access token lives in this variable and nowhere else; a reload asks for a new one. */
let token: string | null = null

export function accessToken(): string | null { return token }
export function setAccessToken(next: string | null): void { token = next }
