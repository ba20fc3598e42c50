package report

import (
	"context"
	"fmt"
	"time"

	"github.com/itchyny/gojq"
)

// jqTime is how long one expression may take, as in Argo CD.
const jqTime = time.Second

// withoutJQ gives an object without what an expression of ignoreDifferences
// selects, as Argo CD removes it. The expression reads neither files nor the
// environment. An error says why it can't be evaluated.
func withoutJQ(object map[string]any, expression string) (map[string]any, error) {
	query, err := gojq.Parse("del(" + expression + ")")
	if err != nil {
		return nil, fmt.Errorf("parsing the jq expression %s: %w", expression, err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, fmt.Errorf("compiling the jq expression %s: %w", expression, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), jqTime)
	defer cancel()
	result, ok := code.RunWithContext(ctx, numbers(object, toInt)).Next()
	if err, failed := result.(error); failed {
		return nil, fmt.Errorf("evaluating the jq expression %s: %w", expression, err)
	}
	left, isObject := numbers(result, toInt64).(map[string]any)
	if !ok || !isObject {
		return nil, fmt.Errorf("evaluating the jq expression %s: expected the rest of the object, found %T", expression, result)
	}
	return left, nil
}

// numbers copies a value with each whole number as another type has it: gojq
// knows int alone, Kubernetes int64 alone.
func numbers(value any, convert func(any) any) any {
	switch v := value.(type) {
	case map[string]any:
		result := make(map[string]any, len(v))
		for key, entry := range v {
			result[key] = numbers(entry, convert)
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, entry := range v {
			result[i] = numbers(entry, convert)
		}
		return result
	}
	return convert(value)
}

func toInt(value any) any {
	if n, ok := value.(int64); ok {
		return int(n)
	}
	return value
}

func toInt64(value any) any {
	if n, ok := value.(int); ok {
		return int64(n)
	}
	return value
}
