package engine

import "math/bits"

// MaxSeats is the largest table a game can have (rule 1.1).
const MaxSeats = 40

// Seat is a position at the table, 0…n−1. NoSeat stands where a seat could be and is not.
type Seat int8

// NoSeat is the absence of a seat: an abstention, a night without a victim.
const NoSeat Seat = -1

// Seats is a set of seats, one bit each.
type Seats uint64

// SeatsOf returns the set of the given seats.
func SeatsOf(list ...Seat) Seats {
	var s Seats
	for _, x := range list {
		s = s.With(x)
	}
	return s
}

// AllSeats returns the set {0, …, n−1}.
func AllSeats(n int) Seats { return Seats(1)<<uint(n) - 1 }

// Has reports whether x is in s; NoSeat never is.
func (s Seats) Has(x Seat) bool { return x >= 0 && s>>uint(x)&1 == 1 }

// With returns s and x.
func (s Seats) With(x Seat) Seats {
	if x < 0 {
		return s
	}
	return s | Seats(1)<<uint(x)
}

// Without returns s less x.
func (s Seats) Without(x Seat) Seats {
	if x < 0 {
		return s
	}
	return s &^ (Seats(1) << uint(x))
}

// Len is the number of seats in s.
func (s Seats) Len() int { return bits.OnesCount64(uint64(s)) }

// First is the lowest seat of s, or NoSeat.
func (s Seats) First() Seat {
	if s == 0 {
		return NoSeat
	}
	return Seat(bits.TrailingZeros64(uint64(s)))
}

// List returns the seats of s in seat order.
func (s Seats) List() []Seat {
	out := make([]Seat, 0, s.Len())
	for t := s; t != 0; t &= t - 1 {
		out = append(out, t.First())
	}
	return out
}

// All iterates over s in seat order.
func (s Seats) All() func(yield func(Seat) bool) {
	return func(yield func(Seat) bool) {
		for t := s; t != 0; t &= t - 1 {
			if !yield(t.First()) {
				return
			}
		}
	}
}
