package engine

// The kinds of body are a closed sum of four closed sums, one of which has another in it. Lint (.ci/tools.mod, go-check-sumtype) fails
// where a switch over one of them names neither a kind nor the sum that holds it, and takes no default for an answer. So a reader lists
// the kinds of those sums of which a new kind could concern it, and passes over the others by the sum's name.

// Bookkeeping is about the game and not in it: how it was set up, and how answers came. The log only.
//
//sumtype:decl
type Bookkeeping interface {
	Body
	bookkeeping()
}

// Briefing is what a seat is told before it plays.
//
//sumtype:decl
type Briefing interface {
	Body
	briefing()
}

// Deed is what a seat did: said, voted, believed, noted. One that was lost on the way counts: nobody else did it.
//
//sumtype:decl
type Deed interface {
	Body
	// Actor is the seat that did it.
	Actor() Seat
	// Fill puts back into an answer what the deed holds of it.
	Fill(*Answer)
}

// Remark is a deed by which nobody counts or reasons: it is told, and that is all. A deed that comes new begins as one, until a reader
// makes something of it.
//
//sumtype:decl
type Remark interface {
	Deed
	// Heard reports whether the whole table perceives it, and not at most the seat that it is of.
	Heard() bool
}

// News is what the rules bring about: phases, orders, counts, who leaves, the end.
//
//sumtype:decl
type News interface {
	Body
	news()
}

func (Created) bookkeeping()   {}
func (Imported) bookkeeping()  {}
func (Answered) bookkeeping()  {}
func (Forfeited) bookkeeping() {}

func (Opened) briefing()     {}
func (Dealt) briefing()      {}
func (Allies) briefing()     {}
func (Persona) briefing()    {}
func (Remembered) briefing() {}

func (Introduced) news() {}
func (PhaseBegan) news() {}
func (Order) news()      {}
func (Drawn) news()      {}
func (Tally) news()      {}
func (Tied) news()       {}

func (Banished) news() {}
func (Revealed) news() {}
func (Murdered) news() {}
func (Found) news()    {}
func (Ended) news()    {}

// Gone is the seat that left the table by this event; NoSeat: none did.
func Gone(b Body) Seat {
	switch b := b.(type) {
	case Banished:
		return b.Seat
	case Found:
		return b.Victim
	case Introduced, PhaseBegan, Order, Drawn, Tally, Tied, Revealed, Ended:
	case Murdered: // nobody is told before breakfast
	case Bookkeeping, Briefing, Deed:
	}
	return NoSeat
}
