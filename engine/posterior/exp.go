package posterior

import "math/bits"

// Evidence is measured in 1/256 of a bit: 256 doubles the odds.
const bit = 256

// powers holds 2^(f/256) in units of 2^-30, from integer square roots, so that no processor rounds it in its own way.
var powers = func() (p [bit]uint64) {
	const one = 1 << 30
	var roots [8]uint64 // 2^(1/2), 2^(1/4), … 2^(1/256)
	r := uint64(2 * one)
	for i := range roots {
		r = isqrt(r * one)
		roots[i] = r
	}
	for f := range p {
		x := uint64(one)
		for i, root := range roots {
			if f>>(7-i)&1 == 1 {
				x = x * root / one
			}
		}
		p[f] = x
	}
	return p
}()

// exp2 is 2^(log/256) in units of 2^-30 for a log of at most 0.
func exp2(log int32) uint64 {
	whole, part := log>>8, log&255 // floor
	if whole < -30 {
		return 0
	}
	return powers[part] >> uint(-whole)
}

// log2 is the logarithm of x > 0 in 1/256 of a bit, rounded down.
func log2(x uint64) int32 {
	k := bits.Len64(x) - 1
	scaled := x << uint(63-k) >> 33 // in [2^30, 2^31)
	f := 0
	for step := bit / 2; step > 0; step /= 2 {
		if powers[f+step] <= scaled {
			f += step
		}
	}
	return int32(k)*bit + int32(f)
}

// isqrt is the whole part of the square root.
func isqrt(x uint64) uint64 {
	var r uint64
	for b := uint64(1) << 31; b > 0; b >>= 1 {
		if (r+b)*(r+b) <= x {
			r += b
		}
	}
	return r
}
