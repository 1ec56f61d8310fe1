package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// Source is where a derived choice takes its bits from.
type Source interface{ Uint64() uint64 }

// Dice derives the source of one random choice from what the choice is for, and from nothing else: there is no running
// generator, so a step that a seat can't see never shifts dice that it can (promise 3).
func Dice(seed uint64, purpose string, round, pass int, seat Seat) Source {
	var b [96]byte
	binary.LittleEndian.PutUint64(b[0:], seed)
	binary.LittleEndian.PutUint32(b[8:], uint32(round))
	binary.LittleEndian.PutUint32(b[12:], uint32(pass))
	binary.LittleEndian.PutUint32(b[16:], uint32(seat))
	n := 20 + copy(b[20:], purpose)
	h := sha256.Sum256(b[:n])
	return rand.NewPCG(binary.LittleEndian.Uint64(h[0:]), binary.LittleEndian.Uint64(h[8:]))
}

// Below draws an integer in [0, n), without bias (Lemire, arXiv 1805.10941).
func Below(n int, src Source) int {
	limit := uint64(n)
	for {
		hi, lo := bits.Mul64(src.Uint64(), limit)
		if lo >= limit || lo >= -limit%limit {
			return int(hi)
		}
	}
}

// Shuffle permutes the list (Fisher–Yates).
func Shuffle[T any](list []T, src Source) {
	for i := len(list) - 1; i > 0; i-- {
		j := Below(i+1, src)
		list[i], list[j] = list[j], list[i]
	}
}

// Pick draws one seat of the set, or NoSeat of an empty one.
func Pick(among Seats, src Source) Seat {
	if among == 0 {
		return NoSeat
	}
	for k := Below(among.Len(), src); k > 0; k-- {
		among &= among - 1
	}
	return among.First()
}

// DeriveSeed gives the seed of a part: a game of a batch, a policy at a seat. It can't be turned back into the whole's.
func DeriveSeed(seed uint64, purpose string, index int) uint64 {
	return Dice(seed, purpose, index, 0, NoSeat).Uint64()
}
