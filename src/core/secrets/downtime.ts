/** How long a gateway was seen to be away while its machine boots (FLY.md §9). */
export const mayRestartSeconds = '20–120'
