/** What may be a PIN: six digits that are not the first ones anybody tries. */
export const DIGITS = 6

export type PinFault = 'length' | 'easy'

export function pinFault(pin: string): PinFault | null {
  if (!/^\d{6}$/.test(pin)) return 'length'
  const digits = [...pin].map(Number)
  const steps = new Set(digits.slice(1).map((digit, i) => digit - (digits[i] as number)))
  const pairs = new Set([pin.slice(0, 2), pin.slice(2, 4), pin.slice(4, 6)])
  const halves = pin.slice(0, 3) === pin.slice(3)
  return (steps.size === 1 && Math.abs([...steps][0] as number) <= 1) || pairs.size === 1 || halves ? 'easy' : null
}
