package engine

import "sync"

// Charter is what holds for the whole of a game. The states of all games of the same rules share it, and nobody changes it.
type Charter struct {
	Rules  Rules
	course course // empty before the game is opened, and where another system played it
}

// unopened is the charter before the first event.
var unopened = &Charter{}

// charters keeps those of rules that are valid: games run by the thousand, and looplab/fsm takes locks. It is never
// emptied: states of the same rules have to share one to be equal. A process meets as many rules as there are cells in the batches that it
// plays or reads, a few hundred at most; each takes some kilobytes.
var charters sync.Map // Rules → *Charter

// charterOf is the charter of a game of these rules, if they can be played.
func charterOf(r Rules) (*Charter, error) {
	if c, ok := charters.Load(r); ok {
		return c.(*Charter), nil
	}
	if err := r.validate(); err != nil {
		return nil, err
	}
	c, _ := charters.LoadOrStore(r, &Charter{Rules: r, course: courseOf(r)})
	return c.(*Charter), nil
}
