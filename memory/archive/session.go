package archive

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/limits"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Fresh is a batch of a design that has not begun: memory.Store.CreateBatch keeps it. program names what plays it.
func Fresh(d *study.Design, name string, games int, program string) (memory.Batch, error) {
	text, err := d.Encode()
	if err != nil {
		return memory.Batch{}, err
	}
	opening, err := d.Opening(program, games)
	if err != nil {
		return memory.Batch{}, err
	}
	return memory.Batch{Name: name, Scenario: cmp.Or(d.Name, d.Scenario.Name), Design: text, Seed: d.Seed, Games: games,
		Manifest: opening, Created: now(), Status: Running}, nil
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }

// Session is a batch that this process plays: it has the batch's lease.
type Session struct {
	Games *Games

	sitting Sitting
	weights map[string]string // digests of the models, as the batch was taken up
}

// TakeUp makes a batch ready to be played on by its players: it reads what the file holds of its games, and what they have used.
func (s Sitting) TakeUp(ctx context.Context, tell llm.Teller) (*Session, error) {
	s.Batch.Status, s.Batch.Ended = Running, ""
	if err := s.Store.UpdateBatch(ctx, s.Batch); err != nil {
		return nil, err
	}
	games, err := GamesOf(ctx, s.Store, s.Batch, s.Design.Season(), tell)
	if err != nil {
		return nil, err
	}
	if err := seating.Hold(s.Design, s.Seats.Servers); err != nil {
		return nil, err
	}
	s.Seats.Kept = games
	if err := s.Seats.Count(ctx); err != nil {
		return nil, err
	}
	return &Session{Games: games, sitting: s, weights: s.Seats.Servers.Digests(ctx, s.Seats.Models())}, nil
}

// Run plays what is left of the batch, so many games at once, until drain is closed, and waits until all of it is on the disk. report
// is told of each game as it ends; nil tells nobody. The error is memory.ErrLeaseLost where another process has taken the batch over.
func (s *Session) Run(ctx context.Context, drain <-chan struct{}, parallel int, report func(batch.Outcome)) error {
	store, seats := s.sitting.Store, s.sitting.Seats
	seats.Servers.Drain = drain
	plan, err := s.sitting.Plan(seats.Parallel(parallel), report)
	if err != nil {
		return err
	}
	err = leased(ctx, store, func(ctx context.Context) error { return batch.Run(ctx, drain, plan, s.Games) })
	if flushed := store.Flush(context.WithoutCancel(ctx)); err == nil {
		err = flushed
	}
	return err
}

// leased plays under a context that ends when the lease is lost: no call is made for a game that another process plays.
func leased(ctx context.Context, store *memory.Store, play func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-store.Lost():
			cancel(memory.ErrLeaseLost)
		case <-ctx.Done():
		}
	}()
	return play(ctx)
}

// Settle writes what the batch came to, done or interrupted, and its manifest, which it returns. prices are those that a limit on
// money went by.
func (s *Session) Settle(ctx context.Context, status, program string, o study.Options, prices limits.Prices) (study.Manifest, error) {
	store, seats, b := s.sitting.Store, s.sitting.Seats, s.sitting.Batch
	b.Status, b.Ended = status, now()
	m, err := manifest(ctx, store, b, s.sitting.Design, program)
	if err != nil {
		return m, err
	}
	m.Options = &o
	if models := seats.Models(); len(models) > 0 {
		m.PricesAsOf, m.Prices = prices.AsOf, map[string]study.Price{}
		for _, policy := range models {
			if p, ok := prices.Find(policy.String()); ok {
				m.Prices[policy.String()] = study.Price(p)
			}
		}
	}
	if m.Models = s.weights; len(s.weights) > 0 {
		m.ModelsAtEnd = seats.Servers.Digests(ctx, seats.Models())
	}
	if b.Manifest, err = json.Marshal(m); err != nil {
		return m, err
	}
	return m, store.UpdateBatch(ctx, b)
}

// Playing says how Play plays a batch. The zero value plays with scripted players and tells nobody.
type Playing struct {
	Seats    seating.Options
	Parallel int                 // games at once; 0: as many as keep the processors or the servers busy
	Drain    <-chan struct{}     // once it is closed no new game begins; nil: never
	Report   func(batch.Outcome) // is told of each game as it ends; nil: nobody
	Program  string              // that plays, for the manifest
}

// Play plays what is left of a batch, whose lease this process has, and settles it. It is Sitting.TakeUp, Run and Settle for a program that
// shows nothing of the batch on the way.
func Play(ctx context.Context, store *memory.Store, b memory.Batch, p Playing) (study.Manifest, error) {
	d, err := DesignOf(b)
	if err != nil {
		return study.Manifest{}, err
	}
	seats, err := seating.New(d, p.Seats)
	if err != nil {
		return study.Manifest{}, err
	}
	if err := seats.Learn(ctx); err != nil {
		return study.Manifest{}, err
	}
	session, err := Sitting{store, b, d, seats}.TakeUp(ctx, cmp.Or[llm.Teller](p.Seats.Tell, llm.Silent{}))
	if err != nil {
		return study.Manifest{}, err
	}
	ended := session.Games.Finished
	err = session.Run(ctx, p.Drain, p.Parallel, func(out batch.Outcome) {
		if out.Status == batch.Finished || out.Status == batch.Failed {
			ended++
		}
		if p.Report != nil {
			p.Report(out)
		}
	})
	if errors.Is(err, memory.ErrLeaseLost) {
		return study.Manifest{}, err
	}
	status := Done
	if err != nil || ended < b.Games {
		status = Interrupted
	}
	m, serr := session.Settle(context.WithoutCancel(ctx), status, p.Program, study.Options{Parallel: p.Parallel}, p.Seats.Prices)
	return m, errors.Join(err, serr)
}
