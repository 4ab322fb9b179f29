/** Long names break after the middle dot first, never with an ellipsis. */
export function nameParts(name: string): string[] {
  return name.split(/(?<=[·•])/)
}
