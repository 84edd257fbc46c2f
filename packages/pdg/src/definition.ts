/** The definition of a variable that nothing has written since the entry. */
export const definedAtEntry = -1

/** In place of a definition: of an access that reads nothing, or that control does not reach. */
export const noDefinition = -2
