/** Bits of {@link DataDependence.flags}. */
export const dataFlag = {
  /** From the entry: the value is what code outside of the function, or a call that it makes, has put there. */
  outside: 1,
  /** The operand is only worked with, see {@link operandKinds}. */
  used: 2,
  /** What is in the object matters, not only which object it is. */
  deep: 4,
  /** What is thrown, not what comes back. */
  thrown: 8,
} as const
