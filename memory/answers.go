package memory

import (
	"context"
	"fmt"
)

// Answers are what became of the questions that a policy was asked, over the games of a batch or of one game, read from the log
// and the kept calls.
type Answers struct {
	Policy    string         `json:"policy"`
	Questions int            `json:"questions"` // that it answered, or whose answer was forfeited
	Mended    int            `json:"mended"`    // taken after something was put right in reading
	Repaired  int            `json:"repaired"`  // taken from the second reply
	Forfeited int            `json:"forfeited"`
	Causes    map[string]int `json:"causes,omitempty"` // of the forfeits: of the last reply, after that of the first where it was another ("refusal, then not_json")
	Refused   int            `json:"refused"`          // in which the model refused: in a reply, or within a speech that was taken
	LostActs  int            `json:"lost_acts"`        // acts of statements that could not be read; the statements stand
	Calls     int            `json:"calls"`
	Retried   int            `json:"retried"`   // tries of calls beyond the first
	Shortened int            `json:"shortened"` // calls from whose prompt something was left out for the server's context
}

// Answers lists the policies that were asked by calls, in order of their names; none where no model played.
func (s *Store) Answers(ctx context.Context, batch string) ([]Answers, error) {
	return s.answers(ctx, "b.name = ?", batch)
}

// AnswersOf is Answers of one game.
func (s *Store) AnswersOf(ctx context.Context, game int64) ([]Answers, error) {
	return s.answers(ctx, "g.key = ?", game)
}

// callsPer and answersPer count per policy. The calls come first, so that games of scripted players cost a look at a key each.
const (
	callsPer = `SELECT c.policy, count(*), sum(max(c.tries, 1) - 1), sum(c.context > 0)
		FROM games g JOIN batches b ON b.key = g.batch JOIN model_calls c ON c.game = g.key WHERE %s GROUP BY c.policy ORDER BY c.policy`
	answersPer = `SELECT c.policy, coalesce(e.body ->> '$.calls[0].cause', ''), coalesce(e.body ->> '$.calls[#-1].cause', ''), count(*),
			sum(json_array_length(e.body, '$.calls') > 1), sum(json_array_length(e.body, '$.calls[#-1].mended') > 0),
			sum(EXISTS (SELECT 1 FROM json_each(e.body, '$.calls') k WHERE k.value ->> 'cause' = 'refusal'
				OR EXISTS (SELECT 1 FROM json_each(k.value, '$.mended') m WHERE m.value = 'refusal')))
		FROM games g JOIN batches b ON b.key = g.batch JOIN model_calls c ON c.game = g.key AND c.attempt = 0
		JOIN events e ON e.game = g.key AND e.step = c.step AND e.kind = (SELECT id FROM kinds WHERE name = 'answered') AND e.body ->> 'seat' = c.seat
		WHERE %s GROUP BY 1, 2, 3`
	lostPer = `SELECT c.policy, count(*) FROM games g JOIN batches b ON b.key = g.batch
		JOIN events e ON e.game = g.key AND e.kind = (SELECT id FROM kinds WHERE name = 'forfeit') AND e.body ->> 'request' = 'act'
		JOIN model_calls c ON c.game = g.key AND c.step = e.step AND c.seat = e.body ->> 'seat' AND c.attempt = 0
		WHERE %s GROUP BY 1`
)

func (s *Store) answers(ctx context.Context, where string, arg any) ([]Answers, error) {
	var out []Answers
	rows, err := s.reader.QueryContext(ctx, fmt.Sprintf(callsPer, where), arg)
	if err != nil {
		return nil, explain(s.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Answers
		var shortened *int
		if err := rows.Scan(&a.Policy, &a.Calls, &a.Retried, &shortened); err != nil {
			return nil, explain(s.path, err)
		}
		if shortened != nil {
			a.Shortened = *shortened
		}
		out = append(out, a)
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		return nil, explain(s.path, err)
	}
	if err := s.causes(ctx, where, arg, out); err != nil {
		return nil, err
	}
	return out, s.lostActs(ctx, where, arg, out)
}

func (s *Store) lostActs(ctx context.Context, where string, arg any, out []Answers) error {
	rows, err := s.reader.QueryContext(ctx, fmt.Sprintf(lostPer, where), arg)
	if err != nil {
		return explain(s.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var policy string
		var n int
		if err := rows.Scan(&policy, &n); err != nil {
			return explain(s.path, err)
		}
		for i := range out {
			if out[i].Policy == policy {
				out[i].LostActs = n
			}
		}
	}
	return explain(s.path, rows.Err())
}

// causes adds what became of the questions.
func (s *Store) causes(ctx context.Context, where string, arg any, out []Answers) error {
	rows, err := s.reader.QueryContext(ctx, fmt.Sprintf(answersPer, where), arg)
	if err != nil {
		return explain(s.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var policy, first, cause string
		var n, again, refused int
		var mended *int
		if err := rows.Scan(&policy, &first, &cause, &n, &again, &mended, &refused); err != nil {
			return explain(s.path, err)
		}
		if cause != "" && first != cause {
			cause = first + ", then " + cause
		}
		for i := range out {
			if a := &out[i]; a.Policy == policy {
				a.Refused += refused
				a.add(cause, n, again, mended)
			}
		}
	}
	return explain(s.path, rows.Err())
}

func (a *Answers) add(cause string, n, again int, mended *int) {
	a.Questions += n
	if cause != "" {
		if a.Causes == nil {
			a.Causes = map[string]int{}
		}
		a.Forfeited += n
		a.Causes[cause] += n
		return
	}
	a.Repaired += again
	if mended != nil {
		a.Mended += *mended
	}
}
