package conformance

import (
	"context"
	"fmt"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	utilsettings "github.com/argoproj/argo-cd/v3/util/settings"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

// settings are what the controller makes of argocd-cm for the repo-server.
type settings struct {
	kustomize *v1alpha1.KustomizeOptions
	helm      *v1alpha1.HelmOptions
	enabled   map[string]bool
}

// configMap is the case's argocd-cm.
func (c *Case) configMap() *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{
			Name: common.ArgoCDConfigMapName, Namespace: controlPlane, Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"},
		},
		Data: c.Settings,
	}
}

// settingsOf has Argo CD's own code read the ConfigMap.
func settingsOf(ctx context.Context, c *Case) (*settings, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // the informers
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Name: common.ArgoCDSecretName, Namespace: controlPlane, Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"},
	}}
	manager := utilsettings.NewSettingsManager(ctx, fake.NewClientset(c.configMap(), secret), controlPlane)
	var s settings
	var err error
	if s.kustomize, err = manager.GetKustomizeSettings(); err != nil {
		return nil, fmt.Errorf("failed to get Kustomize settings: %w", err)
	}
	if s.helm, err = manager.GetHelmSettings(); err != nil {
		return nil, fmt.Errorf("failed to get Helm settings: %w", err)
	}
	if s.enabled, err = manager.GetEnabledSourceTypes(); err != nil {
		return nil, fmt.Errorf("failed to get enabled source types: %w", err)
	}
	return &s, nil
}
