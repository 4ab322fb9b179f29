/**
 * A secret kept by the phone's own security chip and given out only to whoever opens the phone: fingerprint, face or
 * screen lock, by WebAuthn's PRF extension. Nothing of it goes to a server; the browser is asked for a secret, not for
 * a proof of who somebody is, so there is nothing to verify there.
 */
export interface PhoneKey {
  /** names the key to the phone */
  credential: Uint8Array
  /** what the chip makes the secret of */
  salt: Uint8Array
}
const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes))

/** Whether this phone may be able to; a phone that turns out not to says so when it is tried. */
export async function hasPhoneLock(): Promise<boolean> {
  if (typeof PublicKeyCredential === 'undefined') return false
  const [own, can] = await Promise.all([
    PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable(),
    PublicKeyCredential.getClientCapabilities?.() ?? null,
  ]).catch(() => [false, null] as const)
  return own && can?.['extension:prf'] !== false
}

function secretOf(answer: Credential | null): Uint8Array | null {
  const found = (answer as PublicKeyCredential | null)?.getClientExtensionResults().prf?.results?.first
  return found ? new Uint8Array(found as ArrayBuffer) : null
}

/** Makes a key and its secret; null when the person said no, or the phone keeps no such secrets. To be called in a tap. */
export async function makePhoneKey(userId: string, name: string): Promise<(PhoneKey & { secret: Uint8Array }) | null> {
  const salt = random(32)
  const made = (await navigator.credentials.create({
    publicKey: {
      rp: { name: 'Linli' }, user: { id: new TextEncoder().encode(userId), name, displayName: name }, challenge: random(32),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }],
      authenticatorSelection: { authenticatorAttachment: 'platform', userVerification: 'required', residentKey: 'discouraged' },
      extensions: { prf: { eval: { first: salt } } },
    },
  }).catch(() => null)) as PublicKeyCredential | null
  if (!made?.getClientExtensionResults().prf?.enabled) return null
  const key = { credential: new Uint8Array(made.rawId), salt }
  const secret = secretOf(made) ?? (await askPhone(key))
  return secret && { ...key, secret }
}

/** The secret, once the phone is satisfied who holds it; null otherwise. To be called in a tap. */
export async function askPhone({ credential, salt }: PhoneKey): Promise<Uint8Array | null> {
  return secretOf(await navigator.credentials.get({
    publicKey: {
      challenge: random(32), userVerification: 'required',
      allowCredentials: [{ type: 'public-key', id: credential as BufferSource, transports: ['internal'] }],
      extensions: { prf: { eval: { first: salt as BufferSource } } },
    },
  }).catch(() => null))
}
